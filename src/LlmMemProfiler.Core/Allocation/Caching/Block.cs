namespace LlmMemProfiler.Core.Allocation.Caching;

internal enum BlockState : byte
{
    Free,
    Allocated,

    /// <summary>Addresses of an expandable segment with no memory mapped.</summary>
    Unmapped,
}

/// <summary>Part of a segment; neighbors are indices into the same <see cref="BlockTable"/>.</summary>
internal struct Block
{
    public long Address;
    public long Size;
    public int Previous;
    public int Next;
    public BlockState State;
    public PoolKind Pool;

    /// <summary>How often the pool had been searched when the block was freed; valid only in a free block.</summary>
    public long FreedAt;

    /// <summary>The fields from here on are valid only in an allocated block.</summary>
    public ulong Id;

    public long Requested;

    /// <summary>Number of the event that allocated it.</summary>
    public long AllocatedAt;

    public Tag Tag;
}
