using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>KV cache sizes by number of positions.</summary>
public sealed class CacheSizes(ModelSpec model, Workload workload)
{
    private readonly (long Elements, long Kept)[] layers =
    [
        .. model.Sublayers.Select(sublayer => sublayer.Cached).OfType<CachedTokens>().GroupBy(cached => workload.Kept(cached.Sliding))
            .Select(layers => (layers.Sum(layer => layer.Elements), (long)layers.Key)),
    ];

    /// <summary>Keys and values of all layers: B × allocated positions × elements of one token × bytes.</summary>
    public ByteSize Total(long positions) => layers.Aggregate(
        ByteSize.Zero, (sum, layer) => sum + (new ByteSize(workload.CacheType.Bytes()) * workload.Batch * layer.Elements * Allocated(positions, layer.Kept)));

    private long Allocated(long positions, long kept) => workload.Cache switch
    {
        CachePolicy.Preallocated => kept,
        CachePolicy.Concat => Math.Min(positions, kept),
        CachePolicy.Paged => (Blocks(positions + workload.CacheBlock - 1) - Blocks(Math.Max(0, positions - kept))) * workload.CacheBlock,
        _ => throw new ArgumentOutOfRangeException(nameof(positions), workload.Cache, "not a cache policy"),
    };

    private long Blocks(long positions) => positions / workload.CacheBlock;
}
