namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>Where a pool's memory comes from: whole segments, or the pages of one expandable segment.</summary>
internal interface ISegmentSource
{
    /// <summary>
    /// A block of at least <paramref name="size"/> bytes that is not among the free ones, or <see cref="BlockTable.None"/>.
    /// </summary>
    int Grow(BlockPool pool, long size);

    /// <summary>Gives back all that the pool can do without.</summary>
    void Release(BlockPool pool);
}
