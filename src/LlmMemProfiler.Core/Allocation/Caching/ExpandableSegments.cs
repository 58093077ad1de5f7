using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>
/// One long address range per pool, with pages mapped on demand and unmapped when free. Source:
/// <c>try_allocate_expandable_block</c>, <c>map_block</c> and <c>unmap_block</c>.
/// </summary>
internal sealed class ExpandableSegments(BlockTable blocks, DeviceMemory device, BlockSet heads, SizeRules sizes, ByteSize? total)
    : ISegmentSource
{
    /// <summary>Range size in bytes if device memory is unlimited: more than any device has.</summary>
    private const long UnboundedRange = 1L << 44;

    private readonly BlockSet[] unmapped = [new(), new()];
    private readonly List<int> free = [];

    public int Grow(BlockPool pool, long size)
    {
        // The fraction is checked against a full segment, although less may be mapped.
        if (!device.Allows(sizes.SegmentSize(size)))
            return BlockTable.None;
        var block = FindRoom(pool, size);
        if (block == BlockTable.None)
            return block;
        if (blocks[block].State == BlockState.Unmapped)
            block = Map(pool, block, Math.Min(size, blocks[block].Size));
        while (block != BlockTable.None && blocks[block].Size < size)
        {
            var next = blocks[block].Next;
            block = Map(pool, next, Math.Min(size - blocks[block].Size, blocks[next].Size));
        }
        if (block != BlockTable.None)
            pool.RemoveFree(block);
        return block;
    }

    public void Release(BlockPool pool)
    {
        foreach (var block in pool.FreeBlocks)
            free.Add(block);
        foreach (var block in free)
            Unmap(pool, block);
        free.Clear();
    }

    /// <summary>The lowest free or unmapped block followed by enough of both; a new range if there is none.</summary>
    private int FindRoom(BlockPool pool, long size)
    {
        foreach (var gap in unmapped[(int)pool.Kind])
        {
            var first = blocks.Is(blocks[gap].Previous, BlockState.Free) ? blocks[gap].Previous : gap;
            var room = 0L;
            for (var b = first; room < size && b != BlockTable.None && blocks[b].State != BlockState.Allocated; b = blocks[b].Next)
                room += blocks[b].Size;
            if (room >= size)
                return first;
        }
        return NewRange(pool, size);
    }

    private int NewRange(BlockPool pool, long size)
    {
        // 1/8 more than the device has (upstream's allowance for fragmentation), in whole pages.
        var page = sizes.PageSize(pool.Kind);
        var range = AllocatorSizes.RoundUp(total is { } known ? known.Bytes + (known.Bytes / 8) : UnboundedRange, page);
        if (range < size || device.Range(range, page) is not { } address)
            return BlockTable.None;
        var block = blocks.Add(address, range, pool.Kind, BlockState.Unmapped);
        heads.Add(0, address, block);
        unmapped[(int)pool.Kind].Add(0, address, block);
        return block;
    }

    /// <summary>Maps the front of an unmapped block and frees it; returns the merged block, or none if out of memory.</summary>
    private int Map(BlockPool pool, int block, long size)
    {
        var mapped = AllocatorSizes.RoundUp(size, sizes.PageSize(pool.Kind));
        if (!device.TryReserve(mapped))
            return BlockTable.None;
        var gaps = unmapped[(int)pool.Kind];
        gaps.Remove(0, blocks[block].Address);
        if (mapped < blocks[block].Size)
        {
            var rest = blocks.Cut(block, mapped);
            gaps.Add(0, blocks[rest].Address, rest);
        }
        return pool.Free(block);
    }

    /// <summary>Unmaps the whole pages of a free block; the rest stays free.</summary>
    private void Unmap(BlockPool pool, int block)
    {
        var page = sizes.PageSize(pool.Kind);
        var (start, end) = (blocks[block].Address, blocks[block].Address + blocks[block].Size);
        var (first, last) = (AllocatorSizes.RoundUp(start, page), AllocatorSizes.RoundDown(end, page));
        if (first >= last)
            return;
        pool.RemoveFree(block);
        if (last < end)
        {
            var behind = blocks.Cut(block, last - start);
            pool.FreeBlocks.Add(end - last, last, behind);
        }
        if (start < first)
        {
            pool.FreeBlocks.Add(first - start, start, block);
            block = blocks.Cut(block, first - start);
        }
        device.Release(last - first);
        blocks[block].State = BlockState.Unmapped;
        JoinGaps(unmapped[(int)pool.Kind], block);
    }

    private void JoinGaps(BlockSet gaps, int block)
    {
        var previous = blocks[block].Previous;
        if (blocks.Is(previous, BlockState.Unmapped))
        {
            blocks.AbsorbNext(previous);
            block = previous;
        }
        else
        {
            gaps.Add(0, blocks[block].Address, block);
        }
        var next = blocks[block].Next;
        if (blocks.Is(next, BlockState.Unmapped))
        {
            gaps.Remove(0, blocks[next].Address);
            blocks.AbsorbNext(block);
        }
        if (!blocks.FillsSegment(block))
            return;
        gaps.Remove(0, blocks[block].Address);
        heads.Remove(0, blocks[block].Address);
        blocks.Remove(block);
    }
}
