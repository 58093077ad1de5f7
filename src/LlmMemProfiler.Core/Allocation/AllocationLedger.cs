using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation;

/// <summary>
/// Books a stream of allocations, measured or predicted, to their owners, and keeps two levels with their peaks:
/// <c>allocated</c>, all blocks, and <c>tensors</c>, the blocks that outlive the operation that made them. A block that its
/// own operation frees again was that kernel's scratch and is booked as <see cref="Part.Workspace"/>; one that a library keeps
/// for itself is no tensor either.
/// </summary>
/// <remarks>Memory grows with the live blocks and the steps, not with the events.</remarks>
/// <param name="tensorTrace">Takes, in order, the events of blocks that outlive their operation; null where nobody listens.</param>
public sealed class AllocationLedger(IAllocationSink? tensorTrace = null) : IAllocationSink
{
    private readonly Dictionary<ulong, Block> live = [];
    private readonly List<AllocationEvent> operation = [];
    private readonly List<bool> isFreedWithin = [];
    private readonly List<StepRecord> steps = [];
    private readonly Level allocated = new();
    private readonly Level tensors = new();
    private (Phase, int)? step;

    /// <summary>Events booked so far, allocations and frees.</summary>
    public long Events { get; private set; }

    /// <summary>Largest number of bytes that the allocator said it holds; 0 where it does not say.</summary>
    public ByteSize ReservedPeak { get; private set; }

    /// <summary>Bytes that the allocator said it holds, at the last event; 0 where it does not say.</summary>
    public ByteSize Reserved { get; private set; }

    /// <summary>Live bytes now.</summary>
    public ByteSize Allocated => new(allocated.Total);

    /// <summary>Live bytes now, by owner.</summary>
    public MemoryAccount Account => allocated.Account;

    public PeakMoment AllocatedPeak => allocated.OverallPeak;

    public PeakMoment TensorPeak => tensors.OverallPeak;

    /// <summary>One record a finished step, in order; <see cref="Flush"/> finishes the last one.</summary>
    public IReadOnlyList<StepRecord> Steps => steps;

    /// <summary>Takes the next event. Levels follow when its operation has ended, or at <see cref="Settle"/>.</summary>
    /// <exception cref="TraceException">The block is live already, or is freed but not live, or with another size.</exception>
    public void Add(in AllocationEvent e)
    {
        if (operation.Count > 0 && operation[^1].Tag.Sequence != e.Tag.Sequence)
            Settle();
        operation.Add(e);
        isFreedWithin.Add(false);
        if (e.Size < 0 && operation.IndexOfScratch(e) is var scratch and >= 0)
            isFreedWithin[scratch] = true;
    }

    /// <summary>Books what is still waiting for its operation's end; call it between operations.</summary>
    public void Settle()
    {
        for (var i = 0; i < operation.Count; i++)
            Book(operation[i], isScratch: isFreedWithin[i]);
        operation.Clear();
        isFreedWithin.Clear();
    }

    /// <summary>Settles, and closes the current step.</summary>
    public void Flush()
    {
        Settle();
        EndStep();
    }

    private void Book(in AllocationEvent e, bool isScratch)
    {
        Events++;
        if (step != (e.Tag.Phase, e.Tag.Step))
        {
            EndStep();
            step = (e.Tag.Phase, e.Tag.Step);
            allocated.BeginStep(e.Tag);
            tensors.BeginStep(e.Tag);
        }
        if (e.Size > 0)
            Allocate(e, isScratch);
        else
            Free(e);
        // What was carried over from before the run does not say.
        if (e.Reserved > 0)
            Reserved = new(e.Reserved);
        ReservedPeak = ByteSize.Max(ReservedPeak, Reserved);
    }

    private void Allocate(in AllocationEvent e, bool isScratch)
    {
        var isTensor = !isScratch && e.Tag.Operation != Operation.KeepWorkspace;
        var block = new Block(e.Size, isScratch ? Part.Workspace : e.Tag.Part, isTensor);
        if (!live.TryAdd(e.Block, block))
            throw new TraceException($"block {e.Block:x} is taken twice, the second time in {e.Tag}");
        Change(block, e);
    }

    private void Free(in AllocationEvent e)
    {
        if (!live.Remove(e.Block, out var block))
            throw new TraceException($"block {e.Block:x} is freed in {e.Tag}, but was never taken");
        if (block.Size != -e.Size)
            throw new TraceException($"block {e.Block:x} of {block.Size} bytes is freed with {-e.Size} bytes in {e.Tag}");
        Change(block, e);
    }

    private void Change(Block block, in AllocationEvent e)
    {
        allocated.Change(block.Part, e.Size, e.Tag);
        if (!block.IsTensor)
            return;
        tensors.Change(block.Part, e.Size, e.Tag);
        tensorTrace?.Add(e);
    }

    private void EndStep()
    {
        if (step is not var (phase, number))
            return;
        steps.Add(new(phase, number, allocated.StepPeak, tensors.StepPeak, allocated.Account));
        step = null;
    }

    private readonly record struct Block(long Size, Part Part, bool IsTensor);
}

/// <summary>What one step did to memory.</summary>
/// <param name="Phase">Load, prefill or decode.</param>
/// <param name="Step">The decode step, or the prefill's chunk.</param>
/// <param name="AllocatedPeak">Highest level of all blocks within the step.</param>
/// <param name="TensorPeak">Highest level of the blocks that outlive their operation.</param>
/// <param name="AtEnd">What is live when the step is over.</param>
public sealed record StepRecord(Phase Phase, int Step, PeakMoment AllocatedPeak, PeakMoment TensorPeak, MemoryAccount AtEnd);
