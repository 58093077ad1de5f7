using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>KV cache sizes by number of positions.</summary>
public sealed class CacheSizes(ModelSpec model, Workload workload)
{
    /// <summary>Keys and values of all layers: B × allocated positions × elements of one token × bytes.</summary>
    public ByteSize Total(long positions) => Size(model.CachedElements, Allocated(positions), workload.CacheType);

    private ByteSize Size(long elements, long positions, DataType type) => new ByteSize(type.Bytes()) * workload.Batch * elements * positions;

    private long Allocated(long positions) => workload.Cache switch
    {
        CachePolicy.Preallocated => workload.Length,
        CachePolicy.Concat => positions,
        CachePolicy.Paged => (positions + workload.CacheBlock - 1) / workload.CacheBlock * workload.CacheBlock,
        _ => throw new ArgumentOutOfRangeException(nameof(positions), workload.Cache, "not a cache policy"),
    };
}
