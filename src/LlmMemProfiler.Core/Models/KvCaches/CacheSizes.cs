namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>KV cache sizes by number of positions.</summary>
public sealed class CacheSizes(ModelSpec model, Workload workload)
{
    private readonly (CachedBytes Token, long Kept)[] layers =
    [
        .. model.Sublayers.Where(sublayer => sublayer.Cached is not null).GroupBy(sublayer => workload.Kept(sublayer.Cached!.Sliding))
            .Select(layers => (layers.Aggregate(default(CachedBytes), (sum, layer) => sum + CachedBytes.OfToken(layer, workload)) * workload.Batch, (long)layers.Key)),
    ];

    /// <summary>Keys and values of all layers, with their scales: B × allocated positions × what is kept of one token.</summary>
    public CachedBytes Of(long positions) =>
        layers.Aggregate(default(CachedBytes), (sum, layer) => sum + (layer.Token * Allocated(positions, layer.Kept)));

    private long Allocated(long positions, long kept) => workload.Cache switch
    {
        CachePolicy.Preallocated => kept,
        CachePolicy.Concat => Math.Min(positions, kept),
        CachePolicy.Paged => (Blocks(positions + workload.CacheBlock - 1) - Blocks(Math.Max(0, positions - kept))) * workload.CacheBlock,
        _ => throw new ArgumentOutOfRangeException(nameof(positions), workload.Cache, "not a cache policy"),
    };

    private long Blocks(long positions) => positions / workload.CacheBlock;
}
