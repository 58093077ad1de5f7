namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>Each segment is reserved from the driver as a unit, and released once completely free.</summary>
internal sealed class FixedSegments(BlockTable blocks, DeviceMemory device, BlockSet heads, SizeRules sizes) : ISegmentSource
{
    private readonly List<int> releasable = [];

    public int Grow(BlockPool pool, long size)
    {
        var segment = sizes.SegmentSize(size);
        if (!device.Allows(segment) || !device.TryReserve(segment))
            return BlockTable.None;
        if (device.Addresses(segment) is not { } address)
        {
            device.Release(segment);
            return BlockTable.None;
        }
        var block = blocks.Add(address, segment, pool.Kind, BlockState.Free);
        heads.Add(0, address, block);
        return block;
    }

    public void Release(BlockPool pool)
    {
        foreach (var block in pool.FreeBlocks)
        {
            if (blocks.FillsSegment(block))
                releasable.Add(block);
        }
        foreach (var block in releasable)
            Release(pool, block);
        releasable.Clear();
    }

    /// <summary>Releases the lowest of the segments of a size that are free.</summary>
    /// <returns>False if there is none.</returns>
    public bool ReleaseWhole(BlockPool pool, long size)
    {
        for (var place = pool.FreeBlocks.LowerBound(size); ; place = pool.FreeBlocks.After(place))
        {
            var block = pool.FreeBlocks.At(place);
            if (block == BlockTable.None || blocks[block].Size != size)
                return false;
            if (!blocks.FillsSegment(block))
                continue;
            Release(pool, block);
            return true;
        }
    }

    /// <summary>
    /// With a split limit, releases only the smallest oversize segment that is large enough, or else as many as
    /// needed, largest first (<c>release_available_cached_blocks</c>).
    /// </summary>
    /// <returns>True if enough was released to try again.</returns>
    public bool ReleaseOversize(BlockPool pool, long size, long maxSplitSize)
    {
        var wanted = Math.Max(size, maxSplitSize);
        var enough = pool.FreeBlocks.At(pool.FreeBlocks.LowerBound(wanted));
        if (enough != BlockTable.None)
        {
            Release(pool, enough);
            return true;
        }
        var released = 0L;
        while (released < wanted && pool.FreeBlocks.Last is var last && last != BlockTable.None && blocks[last].Size >= maxSplitSize)
        {
            released += blocks[last].Size;
            Release(pool, last);
        }
        return released >= wanted;
    }

    /// <summary>Releases the segment that a free block fills.</summary>
    public void Release(BlockPool pool, int block)
    {
        pool.RemoveFree(block);
        heads.Remove(0, blocks[block].Address);
        device.Release(blocks[block].Address, blocks[block].Size);
        blocks.Remove(block);
    }
}
