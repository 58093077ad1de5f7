using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>Where the heads of queries, keys and values are in the rows of the projections that make them.</summary>
internal static class HeadPlaces
{
    /// <exception cref="ArgumentOutOfRangeException">The layout is not <see cref="Unexecuted">executed</see>.</exception>
    public static (HeadColumns Queries, HeadColumns Keys, HeadColumns Values) Of(Attention attention)
    {
        var (h, kv, D) = (attention.Heads, attention.KvHeads, attention.HeadDim);
        return attention.Layout switch
        {
            ProjectionLayout.Separate => (new(0, h, D), new(0, kv, D), new(0, kv, D)),
            ProjectionLayout.Fused => (new(0, h, D), new(attention.QueryWidth, kv, D), new(attention.QueryWidth + attention.KvWidth, kv, D)),
            ProjectionLayout.QueriesThenKeyValue => (new(0, h, D), new(0, kv, D), new(attention.KvWidth, kv, D)),
            _ => throw new ArgumentOutOfRangeException(nameof(attention), attention.Layout, "not an executed layout"),
        };
    }
}
