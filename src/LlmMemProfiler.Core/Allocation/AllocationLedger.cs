using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation;

/// <summary>
/// Attributes a stream of allocations, measured or predicted, to their owners and tracks two levels and their peaks:
/// <c>allocated</c>, all blocks, and <c>tensors</c>, the blocks that outlive the operation that allocated them. A block freed by
/// its own operation is kernel scratch and counts as <see cref="Part.Workspace"/>; persistent library workspaces are not tensors either.
/// </summary>
/// <remarks>Uses memory proportional to live blocks and steps, not events.</remarks>
/// <param name="tensorTrace">Receives, in order, the events of blocks that outlive their operation; may be null.</param>
public sealed class AllocationLedger(IAllocationSink? tensorTrace = null) : IAllocationSink, ISteadySink
{
    private readonly Dictionary<ulong, Block> live = [];
    private readonly List<AllocationEvent> operation = [];
    private readonly List<bool> isFreedWithin = [];
    private readonly List<StepRecord> steps = [];
    private readonly Level allocated = new();
    private readonly Level tensors = new();
    private (Phase, int)? step;

    /// <summary>Allocations and frees so far, without what was there before the run.</summary>
    public long Events { get; private set; }

    /// <summary>Peak reserved bytes; 0 if not reported.</summary>
    public ByteSize ReservedPeak { get; private set; }

    /// <summary>Reserved bytes at the last event; 0 if not reported.</summary>
    public ByteSize Reserved { get; private set; }

    /// <summary>Live bytes.</summary>
    public ByteSize Allocated => new(allocated.Total);

    /// <summary>Live bytes by owner.</summary>
    public MemoryAccount Account => allocated.Account;

    public PeakMoment AllocatedPeak => allocated.OverallPeak;

    public PeakMoment TensorPeak => tensors.OverallPeak;

    /// <summary>One record per finished step, in order; <see cref="Flush"/> finishes the last one.</summary>
    public IReadOnlyList<StepRecord> Steps => steps;

    /// <summary>Call before the first event: what is reserved then, also if nothing of it is live.</summary>
    public void BeginAt(ByteSize reserved) => ReservedPeak = Reserved = reserved;

    /// <summary>Adds the next event. Levels are updated when its operation ends, or by <see cref="Settle"/>.</summary>
    /// <exception cref="TraceException">The block is already live, or is freed without being live or with a different size.</exception>
    public void Add(in AllocationEvent e)
    {
        if (operation.Count > 0 && operation[^1].Tag.Sequence != e.Tag.Sequence)
            Settle();
        operation.Add(e);
        isFreedWithin.Add(false);
        if (e.Size < 0 && operation.IndexOfScratch(e) is var scratch and >= 0)
            isFreedWithin[scratch] = true;
    }

    /// <summary>Processes the events of the pending operation; call it between operations.</summary>
    public void Settle()
    {
        for (var i = 0; i < operation.Count; i++)
            Book(operation[i], isScratch: isFreedWithin[i]);
        operation.Clear();
        isFreedWithin.Clear();
    }

    /// <summary>Settles and ends the current step.</summary>
    public void Flush()
    {
        Settle();
        EndStep();
    }

    bool ISteadySink.TryDescribe(ICollection<long> state)
    {
        Settle();
        allocated.Describe(state);
        tensors.Describe(state);
        return tensorTrace is null;
    }

    void ISteadySink.Rename(ulong from, ulong to)
    {
        Settle();
        if (live.Remove(from, out var block))
            live.Add(to, block);
    }

    void ISteadySink.Skip(long events) => Events += events;

    private void Book(in AllocationEvent e, bool isScratch)
    {
        if (e.Tag is not { Phase: Phase.Init, Operation: Operation.KeepWorkspace })
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
        // Blocks carried over from before the run don't report it.
        if (e.Reserved > 0)
            Reserved = new(e.Reserved);
        ReservedPeak = ByteSize.Max(ReservedPeak, Reserved);
    }

    private void Allocate(in AllocationEvent e, bool isScratch)
    {
        var isTensor = !isScratch && e.Tag.Operation != Operation.KeepWorkspace;
        var block = new Block(e.Size, isScratch ? Part.Workspace : e.Tag.Part, isTensor);
        if (!live.TryAdd(e.Block, block))
            throw new TraceException($"block {e.Block:x} is allocated twice, the second time in {e.Tag}");
        Change(block, e);
    }

    private void Free(in AllocationEvent e)
    {
        if (!live.Remove(e.Block, out var block))
            throw new TraceException($"block {e.Block:x} is freed in {e.Tag}, but was never allocated");
        if (block.Size != -e.Size)
            throw new TraceException($"block {e.Block:x} of {block.Size} bytes is freed as {-e.Size} bytes in {e.Tag}");
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

/// <summary>Memory use of one step.</summary>
/// <param name="Phase">Load, prefill or decode.</param>
/// <param name="Step">Decode step or prefill chunk.</param>
/// <param name="AllocatedPeak">Peak of all blocks within the step.</param>
/// <param name="TensorPeak">Peak of the blocks that outlive their operation.</param>
/// <param name="AtEnd">Live bytes at the end of the step.</param>
public sealed record StepRecord(Phase Phase, int Step, PeakMoment AllocatedPeak, PeakMoment TensorPeak, MemoryAccount AtEnd);
