namespace LlmMemProfiler.Core.Allocation.Caching;

internal enum BlockState : byte
{
    Free,
    Allocated,

    /// <summary>Addresses of an expandable segment without memory behind them.</summary>
    Unmapped,
}

/// <summary>A stretch of a segment; its neighbours are numbers of other blocks in the same <see cref="BlockTable"/>.</summary>
internal struct Block
{
    public long Address;
    public long Size;
    public int Previous;
    public int Next;
    public BlockState State;
    public PoolKind Pool;

    /// <summary>From here on, of use only in a taken block.</summary>
    public ulong Id;

    public long Requested;

    /// <summary>Number of the event that took it.</summary>
    public long AllocatedAt;

    public Tag Tag;
}
