namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>Both pools on one device, and the order in which a request tries them (<c>DeviceCachingAllocator::malloc</c>).</summary>
internal sealed class BlockHeap
{
    private readonly BlockPool[] pools;
    private readonly ISegmentSource source;
    private readonly FixedSegments? segments;
    private readonly GarbageCollector? collector;
    private readonly AllocatorSettings settings;

    public BlockHeap(AllocatorSettings settings)
    {
        settings.Validate();
        this.settings = settings;
        Device = new(settings);
        Sizes = new(settings);
        pools = [new(PoolKind.Small, Blocks, settings), new(PoolKind.Large, Blocks, settings)];
        if (settings.ExpandableSegments)
        {
            source = new ExpandableSegments(Blocks, Device, Heads, Sizes, settings.DeviceTotal ?? settings.Capacity);
            return;
        }
        segments = new FixedSegments(Blocks, Device, Heads, Sizes);
        source = segments;
        if (settings is { GarbageCollectionThreshold: { } share, Limit: { } limit })
            collector = new(Blocks, Device, segments, (long)(share * limit.Bytes));
    }

    public SizeRules Sizes { get; }

    public BlockTable Blocks { get; } = new();

    public DeviceMemory Device { get; }

    /// <summary>The first block of each segment, by address.</summary>
    public BlockSet Heads { get; } = new();

    /// <summary>Second attempts after all free segments were released (<c>num_alloc_retries</c>).</summary>
    public long Retries { get; private set; }

    /// <summary>A cached or new block for a rounded request, or <see cref="BlockTable.None"/> if the driver is out of memory.</summary>
    public int Allocate(long size)
    {
        var pool = PoolFor(size);
        var block = pool.TakeBestFit(size);
        if (block == BlockTable.None)
        {
            collector?.Collect(pools[(int)PoolKind.Large]);
            block = source.Grow(pool, size);
        }
        return Split(pool, block, size);
    }

    /// <summary>Second attempt: releases free segments, then asks the driver again.</summary>
    public int AllocateAfterRelease(long size)
    {
        var pool = PoolFor(size);
        var block = BlockTable.None;
        if (settings.MaxSplitSize is { } split && segments?.ReleaseOversize(pool, size, split.Bytes) == true)
            block = source.Grow(pool, size);
        if (block == BlockTable.None)
        {
            ReleaseCached();
            Retries++;
            block = source.Grow(pool, size);
        }
        return Split(pool, block, size);
    }

    /// <summary>Adds what decides, with the blocks that are allocated, which ones later requests get.</summary>
    /// <returns>False if the ages of free blocks decide too.</returns>
    public bool TryDescribe(ICollection<long> state)
    {
        state.Add(Device.Reserved);
        state.Add(Device.LeastRefused);
        state.Add(Retries);
        foreach (var pool in pools)
        {
            foreach (var block in pool.FreeBlocks)
            {
                state.Add(Blocks[block].Address);
                state.Add(Blocks[block].Size);
            }
        }
        return collector is null;
    }

    public void Free(int block) => pools[(int)Blocks[block].Pool].Free(block);

    /// <summary>Releases all completely free segments or pages, the large pool's first.</summary>
    public void ReleaseCached()
    {
        source.Release(pools[(int)PoolKind.Large]);
        source.Release(pools[(int)PoolKind.Small]);
    }

    /// <returns>False if no free block fills a segment of this size.</returns>
    public bool ReleaseSegment(long size) => segments is not null && Array.Exists(pools, pool => segments.ReleaseWhole(pool, size));

    private BlockPool PoolFor(long size) => pools[(int)AllocatorSizes.PoolFor(size)];

    private static int Split(BlockPool pool, int block, long size)
    {
        if (block != BlockTable.None)
            pool.Split(block, size);
        return block;
    }
}
