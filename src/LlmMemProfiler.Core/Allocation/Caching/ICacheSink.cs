namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>Receives, besides allocations and frees, what a program does to the allocator's cache.</summary>
public interface ICacheSink : IAllocationSink
{
    /// <summary>All segments that are wholly free are released (<c>torch.cuda.empty_cache</c>).</summary>
    void EmptyCache();

    /// <summary>One free segment of <paramref name="size"/> bytes is released.</summary>
    void FreeSegment(long size);
}
