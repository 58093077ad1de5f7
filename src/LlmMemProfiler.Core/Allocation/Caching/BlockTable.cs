namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>
/// All blocks, by number. Numbers are used again, so memory grows with the blocks there are. Of two blocks that were one or
/// become one, the front keeps its number: the first block of a segment is always the same.
/// </summary>
internal sealed class BlockTable
{
    public const int None = -1;

    private Block[] blocks = new Block[64];
    private int used;
    private int vacant = None;

    public ref Block this[int block] => ref blocks[block];

    /// <summary>A new block without neighbours. References into the table do not outlive this call.</summary>
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

    /// <summary>Cuts a block after <paramref name="size"/> bytes; the new block behind it is in the same state.</summary>
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

    /// <summary>Adds the block behind to this one and forgets it.</summary>
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

    /// <summary>Whether it fills its segment.</summary>
    public bool FillsSegment(int block) => blocks[block] is { Previous: None, Next: None };
}
