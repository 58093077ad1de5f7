namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>
/// All blocks, by number. Numbers are reused, so memory grows with existing blocks. On a split or merge the front block
/// keeps its number, so a segment's first block never changes.
/// </summary>
internal sealed class BlockTable
{
    public const int None = -1;

    private Block[] blocks = new Block[64];
    private int used;
    private int vacant = None;

    public ref Block this[int block] => ref blocks[block];

    /// <summary>Adds a block without neighbors. Invalidates references into the table.</summary>
    public int Add(long address, long size, PoolKind pool, BlockState state)
    {
        int block;
        if (vacant != None)
        {
            block = vacant;
            vacant = blocks[block].Next;
        }
        else
        {
            if (used == blocks.Length)
                Array.Resize(ref blocks, 2 * used);
            block = used++;
        }
        blocks[block] = new() { Address = address, Size = size, Previous = None, Next = None, Pool = pool, State = state };
        return block;
    }

    public void Remove(int block)
    {
        blocks[block].Next = vacant;
        vacant = block;
    }

    /// <summary>Cuts a block after <paramref name="size"/> bytes; the new block after it has the same state.</summary>
    public int Cut(int block, long size)
    {
        var rest = Add(blocks[block].Address + size, blocks[block].Size - size, blocks[block].Pool, blocks[block].State);
        ref var front = ref blocks[block];
        ref var back = ref blocks[rest];
        back.Previous = block;
        back.Next = front.Next;
        if (front.Next != None)
            blocks[front.Next].Previous = rest;
        front.Next = rest;
        front.Size = size;
        return rest;
    }

    /// <summary>Merges the next block into this one.</summary>
    public void AbsorbNext(int block)
    {
        ref var front = ref blocks[block];
        var behind = front.Next;
        front.Size += blocks[behind].Size;
        front.Next = blocks[behind].Next;
        if (front.Next != None)
            blocks[front.Next].Previous = block;
        Remove(behind);
    }

    public bool Is(int block, BlockState state) => block != None && blocks[block].State == state;

    /// <summary>True if the block is its segment's only one.</summary>
    public bool FillsSegment(int block) => blocks[block] is { Previous: None, Next: None };
}
