using static LlmMemProfiler.Core.Allocation.Caching.AllocatorSizes;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>The blocks of one pool and one stream: selecting, splitting and merging.</summary>
internal sealed class BlockPool(PoolKind kind, BlockTable blocks, AllocatorSettings settings)
{
    private readonly long maxSplitSize = settings.MaxSplitSize?.Bytes ?? long.MaxValue;
    private readonly long maxRounding = settings.MaxNonSplitRounding.Bytes;
    private readonly bool splitsSmall = kind == PoolKind.Small || settings.ExpandableSegments;

    public PoolKind Kind => kind;

    public BlockSet FreeBlocks { get; } = new();

    /// <summary>How often a free block was looked for (<c>get_free_blocks_call_count</c>).</summary>
    public long Searches { get; private set; }

    /// <summary>Removes and returns the best-fitting free block, or <see cref="BlockTable.None"/> (<c>get_free_block</c>).</summary>
    public int TakeBestFit(long size)
    {
        Searches++;
        var place = FreeBlocks.LowerBound(size);
        var block = FreeBlocks.At(place);
        if (block == BlockTable.None)
            return block;
        if (settings.ExpandableSegments)
            (place, block) = LeastThatCanGrow(place, block);
        // Oversize blocks only serve oversize requests, and only if little is wasted.
        var found = blocks[block].Size;
        if (size < maxSplitSize ? found >= maxSplitSize : found - size >= maxRounding)
            return BlockTable.None;
        FreeBlocks.RemoveAt(place);
        return block;
    }

    /// <summary>Marks a block as allocated and splits off the remainder if large enough (<c>should_split</c>).</summary>
    public void Split(int block, long size)
    {
        blocks[block].State = BlockState.Allocated;
        var rest = blocks[block].Size - size;
        if (splitsSmall ? rest < MinBlockSize : size >= maxSplitSize || rest <= SmallSize)
            return;
        var back = blocks.Cut(block, size);
        blocks[back].State = BlockState.Free;
        FreeBlocks.Add(rest, blocks[back].Address, back);
    }

    /// <summary>Frees a block, merges it with free neighbors, and returns the resulting block.</summary>
    public int Free(int block)
    {
        blocks[block].State = BlockState.Free;
        var previous = blocks[block].Previous;
        if (blocks.Is(previous, BlockState.Free))
        {
            RemoveFree(previous);
            blocks.AbsorbNext(previous);
            block = previous;
        }
        var next = blocks[block].Next;
        if (blocks.Is(next, BlockState.Free))
        {
            RemoveFree(next);
            blocks.AbsorbNext(block);
        }
        blocks[block].FreedAt = Searches;
        FreeBlocks.Add(blocks[block].Size, blocks[block].Address, block);
        return block;
    }

    public void RemoveFree(int block) => FreeBlocks.Remove(blocks[block].Size, blocks[block].Address);

    /// <summary>
    /// A block's size includes the unmapped space after it, into which it could grow: the next larger block is preferred
    /// as long as it wastes less of that.
    /// </summary>
    private (BlockSet.Place, int) LeastThatCanGrow(BlockSet.Place place, int block)
    {
        while (true)
        {
            var nextPlace = FreeBlocks.After(place);
            var next = FreeBlocks.At(nextPlace);
            if (next == BlockTable.None || ExpandableSize(next) >= ExpandableSize(block))
                return (place, block);
            (place, block) = (nextPlace, next);
        }
    }

    private long ExpandableSize(int block)
    {
        var next = blocks[block].Next;
        return blocks[block].Size + (blocks.Is(next, BlockState.Unmapped) ? blocks[next].Size : 0);
    }
}
