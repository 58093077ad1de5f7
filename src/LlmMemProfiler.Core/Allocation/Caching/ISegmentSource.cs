namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>Where a pool's memory comes from: fixed segments, or pages of one expandable segment.</summary>
internal interface ISegmentSource
{
    /// <summary>
    /// A block of at least <paramref name="size"/> bytes, not in the free set, or <see cref="BlockTable.None"/>.
    /// </summary>
    int Grow(BlockPool pool, long size);

    /// <summary>Releases all memory that the pool does not need.</summary>
    void Release(BlockPool pool);
}
