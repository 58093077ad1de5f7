using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>
/// Simulates CUDA's native caching allocator (c10/cuda/CUDACachingAllocator.cpp): turns requested sizes into
/// blocks and segments. One device, one stream, no graph capture. Sizes in bytes.
/// </summary>
/// <remarks>
/// Uses memory proportional to blocks and steps, not events. As a sink it stops at the first request
/// that runs out of memory: the program would have ended there, so later events are ignored.
/// </remarks>
public sealed class CachingAllocator : IAllocationSink, ISteadySink
{
    private readonly BlockHeap heap;
    private readonly LiveBlocks live = new();
    private readonly AllocatorAccounting accounting = new();

    private readonly IAllocationSink? blocks;

    /// <param name="settings">Settings; null for the defaults.</param>
    /// <param name="blocks">Receives each event as the allocator reports it: with its block size, and the bytes then reserved.</param>
    /// <exception cref="ArgumentException">The settings are invalid.</exception>
    public CachingAllocator(AllocatorSettings? settings = null, IAllocationSink? blocks = null)
    {
        this.blocks = blocks;
        Settings = settings ?? new();
        heap = new(Settings);
    }

    public AllocatorSettings Settings { get; }

    /// <summary>Current levels.</summary>
    public AllocatorLevels Levels => accounting.Current;

    /// <summary>The first moment of peak allocated bytes.</summary>
    public AllocatorMoment AllocatedPeak => accounting.AllocatedPeak;

    /// <summary>The first moment of peak reserved bytes.</summary>
    public AllocatorMoment ReservedPeak => accounting.ReservedPeak;

    /// <summary>One record per step, in order, including the current one.</summary>
    public IReadOnlyList<AllocatorStep> Steps => accounting.Steps;

    /// <summary>The first request that ran out of memory; null if none did.</summary>
    public OutOfMemory? OutOfMemory { get; private set; }

    /// <summary>Second attempts after all free segments were released (<c>num_alloc_retries</c>).</summary>
    public long Retries => heap.Retries;

    /// <summary>
    /// With any capacity from the reserved peak up to, and without, this one all would have gone as it did; null if nothing was refused
    /// for want of capacity, so that no larger one makes a difference.
    /// </summary>
    internal ByteSize? NextCapacity => heap.Device.LeastRefused is var least && least < long.MaxValue ? new(least) : null;

    /// <summary>Segments that <see cref="FreeSegment"/> was asked for and that were not cached whole.</summary>
    public long SegmentsInUse { get; private set; }

    /// <summary>The current segments and blocks.</summary>
    public SegmentMap Map() => SegmentMap.Of(heap);

    /// <summary>Adds the next event; ignored after <see cref="OutOfMemory"/>.</summary>
    /// <exception cref="TraceException">The block is already live, or is freed without being live or with a different size.</exception>
    public void Add(in AllocationEvent e)
    {
        if (OutOfMemory is not null)
            return;
        // In a stream reported by another allocator, use the requested size if known.
        var request = e.Requested == 0 ? e.Size : e.Requested;
        if (request > 0)
            Allocate(e.Block, request, e.Tag);
        else
            Free(e.Block, e.Tag, -request);
    }

    /// <summary>Allocates a block for a request of <paramref name="size"/> bytes.</summary>
    /// <returns>Null, or why it failed; the allocator remains usable.</returns>
    /// <exception cref="TraceException">The id is already live.</exception>
    /// <exception cref="OverflowException">The rounded size does not fit 64 bits.</exception>
    public OutOfMemory? Allocate(ulong id, long size, Tag tag = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (live.Find(id) != BlockTable.None)
            throw new TraceException($"block {id:x} is allocated twice, the second time in {tag}");
        var rounded = heap.Sizes.BlockSize(size);
        accounting.Begin(tag);
        var block = heap.Allocate(rounded);
        if (block == BlockTable.None)
        {
            // A failed attempt may have mapped some pages, which the next line releases.
            accounting.Observe(heap.Device.Reserved, tag);
            block = heap.AllocateAfterRelease(rounded);
        }
        if (block != BlockTable.None)
        {
            ref var allocated = ref heap.Blocks[block];
            allocated.Id = id;
            allocated.Requested = size;
            allocated.AllocatedAt = accounting.Events;
            allocated.Tag = tag;
            live.Add(id, block);
            accounting.Allocate(allocated);
        }
        accounting.Observe(heap.Device.Reserved, tag);
        if (block != BlockTable.None)
            blocks?.Add(new(id, heap.Blocks[block].Size, tag, 0, heap.Device.Reserved, size));
        return block == BlockTable.None ? Refused(size, rounded, tag) : null;
    }

    /// <summary>Releases all completely free segments or pages (<c>torch.cuda.empty_cache</c>).</summary>
    public void EmptyCache()
    {
        heap.ReleaseCached();
        accounting.Release(heap.Device.Reserved);
    }

    /// <summary>
    /// Releases the completely free segment of this size with the lowest address, if there is one; pages of expandable segments are
    /// not released one by one.
    /// </summary>
    public void FreeSegment(long size)
    {
        if (!heap.ReleaseSegment(size))
            SegmentsInUse++;
        accounting.Release(heap.Device.Reserved);
    }

    /// <summary>Frees the block allocated for an earlier request of <paramref name="size"/> bytes, null for any size.</summary>
    /// <exception cref="TraceException">The id is not live, or has another size.</exception>
    public void Free(ulong id, Tag tag = default, long? size = null)
    {
        var block = live.Remove(id);
        if (block == BlockTable.None)
            throw new TraceException($"block {id:x} is freed in {tag}, but was never allocated");
        ref var freed = ref heap.Blocks[block];
        if (size is { } expected && expected != freed.Requested)
        {
            live.Add(id, block);
            throw new TraceException($"block {id:x} of {freed.Requested} bytes is freed as {expected} bytes in {tag}");
        }
        accounting.Begin(tag);
        accounting.Free(freed, tag);
        // Reported before the block merges with its neighbors.
        blocks?.Add(new(id, -freed.Size, tag, 0, heap.Device.Reserved, -freed.Requested));
        heap.Free(block);
    }

    /// <summary>Bytes requested for a live block.</summary>
    internal long RequestedOf(ulong id) => live.Find(id) is var block && block != BlockTable.None
        ? heap.Blocks[block].Requested
        : throw new TraceException($"block {id:x} is not live");

    /// <remarks>
    /// Blocks besides the free ones are where they were, except for one that took the place of another: where the free ones are the same,
    /// so is its place.
    /// </remarks>
    bool ISteadySink.TryDescribe(ICollection<long> state)
    {
        accounting.Describe(state);
        return OutOfMemory is null && heap.TryDescribe(state) && (blocks is null || (blocks is ISteadySink next && next.TryDescribe(state)));
    }

    void ISteadySink.Rename(ulong from, ulong to)
    {
        if (OutOfMemory is not null)
            return;
        var block = live.Remove(from);
        heap.Blocks[block].Id = to;
        live.Add(to, block);
        (blocks as ISteadySink)?.Rename(from, to);
    }

    void ISteadySink.Skip(long events)
    {
        accounting.Skip(events);
        (blocks as ISteadySink)?.Skip(events);
    }

    private OutOfMemory Refused(long size, long rounded, Tag tag)
    {
        var refusal = new OutOfMemory(new(size), new(heap.Sizes.SegmentSize(rounded)), tag, Levels);
        OutOfMemory ??= refusal;
        return refusal;
    }
}
