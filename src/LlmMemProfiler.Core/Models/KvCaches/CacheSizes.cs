using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>KV cache sizes by number of positions.</summary>
public sealed class CacheSizes(ModelSpec model, Workload workload)
{
    /// <summary>Keys and values of all layers.</summary>
    public ByteSize Total(long positions) => Side(positions) * 2 * model.Layers;

    /// <summary>Keys, or values, of one layer: B × kv_heads × allocated positions × head_dim × bytes.</summary>
    public ByteSize Side(long positions) => Positions(Allocated(positions), workload.CacheType);

    /// <summary>Keys, or values, of one layer for some positions, in a given type.</summary>
    public ByteSize Positions(long positions, DataType type) =>
        new ByteSize(type.Bytes()) * workload.Batch * model.KvHeads * positions * model.HeadDim;

    private long Allocated(long positions) => workload.Cache switch
    {
        CachePolicy.Preallocated => workload.Length,
        CachePolicy.Concat => positions,
        CachePolicy.Paged => (positions + workload.CacheBlock - 1) / workload.CacheBlock * workload.CacheBlock,
        _ => throw new ArgumentOutOfRangeException(nameof(positions), workload.Cache, "not a cache policy"),
    };
}
