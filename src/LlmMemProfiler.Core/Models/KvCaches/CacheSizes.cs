namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>KV cache sizes by number of positions.</summary>
public sealed class CacheSizes(ModelSpec model, Workload workload)
{
    private readonly CachedBytes token = CachedBytes.OfToken(model, workload) * workload.Batch;

    /// <summary>Keys and values of all layers, with their scales: B × allocated positions × what is kept of one token.</summary>
    public CachedBytes Of(long positions) => token * (workload.Cache switch
    {
        CachePolicy.Preallocated => workload.Length,
        CachePolicy.Concat => positions,
        CachePolicy.Paged => (positions + workload.CacheBlock - 1) / workload.CacheBlock * workload.CacheBlock,
        _ => throw new ArgumentOutOfRangeException(nameof(positions), workload.Cache, "not a cache policy"),
    });
}
