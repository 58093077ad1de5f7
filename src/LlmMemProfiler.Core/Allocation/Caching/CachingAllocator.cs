namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>
/// Simulates CUDA's native caching allocator (c10/cuda/CUDACachingAllocator.cpp): from the sizes that a program asks for to
/// the blocks and segments that it occupies. One device, one stream, no graph capture, no garbage collection threshold, no
/// rounding to powers of two. Sizes in bytes.
/// </summary>
/// <remarks>
/// Memory grows with the blocks and the steps, not with the events. As a sink of events it ends with the first request
/// that the device refuses: the program would have ended there, so later events are not counted.
/// </remarks>
public sealed class CachingAllocator : IAllocationSink
{
    private readonly BlockHeap heap;
    private readonly LiveBlocks live = new();
    private readonly AllocatorAccounting accounting = new();

    private readonly IAllocationSink? blocks;

    /// <param name="settings">The allocator's settings; null for the default ones.</param>
    /// <param name="blocks">Takes each event as the allocator reports it: with its block's size, and the bytes then reserved.</param>
    /// <exception cref="ArgumentException">The settings contradict the allocator's rules.</exception>
    public CachingAllocator(AllocatorSettings? settings = null, IAllocationSink? blocks = null)
    {
        this.blocks = blocks;
        Settings = settings ?? new();
        heap = new(Settings);
    }

    public AllocatorSettings Settings { get; }

    /// <summary>Current levels.</summary>
    public AllocatorLevels Levels => accounting.Current;

    /// <summary>The first moment at which the blocks stood highest.</summary>
    public AllocatorMoment AllocatedPeak => accounting.AllocatedPeak;

    /// <summary>The first moment at which the segments stood highest.</summary>
    public AllocatorMoment ReservedPeak => accounting.ReservedPeak;

    /// <summary>One record a step, in order, the current one included.</summary>
    public IReadOnlyList<AllocatorStep> Steps => accounting.Steps;

    /// <summary>The first request that was refused for good; null if there is none.</summary>
    public OutOfMemory? OutOfMemory { get; private set; }

    /// <summary>Second attempts after all free segments were released (<c>num_alloc_retries</c>).</summary>
    public long Retries => heap.Retries;

    /// <summary>The segments and blocks now.</summary>
    public SegmentMap Map() => SegmentMap.Of(heap);

    /// <summary>Takes the next event; nothing after <see cref="OutOfMemory"/>.</summary>
    /// <exception cref="TraceException">The block is live already, or is freed but not live, or with another size.</exception>
    public void Add(in AllocationEvent e)
    {
        if (OutOfMemory is not null)
            return;
        // Of a stream that another allocator has told, what was asked for, where it is known.
        var request = e.Requested == 0 ? e.Size : e.Requested;
        if (request > 0)
            Allocate(e.Block, request, e.Tag);
        else
            Free(e.Block, e.Tag, -request);
    }

    /// <summary>Takes a block for a request of <paramref name="size"/> bytes.</summary>
    /// <returns>Null, or why there is none; the allocator remains usable.</returns>
    /// <exception cref="TraceException">The id is live already.</exception>
    /// <exception cref="OverflowException">The rounded size does not fit 64 bits.</exception>
    public OutOfMemory? Allocate(ulong id, long size, Tag tag = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (live.Find(id) != BlockTable.None)
            throw new TraceException($"block {id:x} is taken twice, the second time in {tag}");
        var rounded = AllocatorSizes.BlockSize(size);
        accounting.Begin(tag);
        var block = heap.Allocate(rounded);
        if (block == BlockTable.None)
        {
            // A refused try may have mapped some pages before it failed, which the next line gives back.
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

    /// <summary>Gives back all segments, or pages, that are wholly free (<c>torch.cuda.empty_cache</c>).</summary>
    public void EmptyCache()
    {
        heap.ReleaseCached();
        accounting.Release(heap.Device.Reserved);
    }

    /// <summary>Frees the block allocated for an earlier request of <paramref name="size"/> bytes, null for any size.</summary>
    /// <exception cref="TraceException">The id is not live, or has another size.</exception>
    public void Free(ulong id, Tag tag = default, long? size = null)
    {
        var block = live.Find(id);
        if (block == BlockTable.None)
            throw new TraceException($"block {id:x} is freed in {tag}, but was never taken");
        ref var freed = ref heap.Blocks[block];
        if (size is { } expected && expected != freed.Requested)
            throw new TraceException($"block {id:x} of {freed.Requested} bytes is freed with {expected} bytes in {tag}");
        live.Remove(id);
        accounting.Begin(tag);
        accounting.Free(freed, tag);
        // Reported before the block melts into its neighbours.
        blocks?.Add(new(id, -freed.Size, tag, 0, heap.Device.Reserved, -freed.Requested));
        heap.Free(block);
    }

    private OutOfMemory Refused(long size, long rounded, Tag tag)
    {
        var refusal = new OutOfMemory(new(size), new(AllocatorSizes.SegmentSize(rounded)), tag, Levels);
        OutOfMemory ??= refusal;
        return refusal;
    }
}
