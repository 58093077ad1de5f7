using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>Where the heads of queries, keys and values are in the rows of the projections that make them.</summary>
internal static class HeadPlaces
{
    /// <summary>Those of the gates, if queries are made twice as wide: each head's behind its query.</summary>
    public static HeadPlace? Gates(Attention attention) => attention.IsGated ? Halves(attention, attention.HeadDim) : null;

    private static HeadPlace Halves(Attention attention, long first) => new(first, attention.HeadDim, attention.Heads, 2L * attention.HeadDim, attention.HeadDim);

    /// <exception cref="ArgumentOutOfRangeException">The layout is not <see cref="Unexecuted">executed</see>.</exception>
    public static (HeadPlace Queries, HeadPlace Keys, HeadPlace Values) Of(Attention attention)
    {
        var (q, kv, D) = (attention.QueryWidth, attention.KvWidth, attention.HeadDim);
        return attention.Layout switch
        {
            ProjectionLayout.Separate or ProjectionLayout.SharedKeyValue or ProjectionLayout.QueriesOnly =>
                (attention.IsGated ? Halves(attention, 0) : All(0, q), All(0, kv), All(0, kv)),
            ProjectionLayout.Fused => (All(0, q), All(q, kv), All(q + kv, kv)),
            ProjectionLayout.QueriesThenKeyValue => (All(0, q), All(0, kv), All(kv, kv)),
            ProjectionLayout.FusedByGroup => ByGroup((long)attention.Heads / attention.KvHeads * D),
            ProjectionLayout.FusedInFours => (Quarters(0), Quarters(2), Quarters(1)),
            _ => throw new ArgumentOutOfRangeException(nameof(attention), attention.Layout, "not an executed layout"),
        };

        HeadPlace All(long first, long width) => new(first, width, 1, width, D);

        HeadPlace Quarters(int part) => new(part * q / 4, q / 4, 4, 3 * q / 4, D);

        (HeadPlace, HeadPlace, HeadPlace) ByGroup(long queries)
        {
            var (groups, stride) = (attention.KvHeads, queries + (2 * D));
            return (new(0, queries, groups, stride, D), new(queries, D, groups, stride, D), new(queries + D, D, groups, stride, D));
        }
    }
}

/// <summary>Columns of heads: parts of some heads each.</summary>
/// <param name="First">Column of the first element.</param>
/// <param name="Width">Columns of a part.</param>
/// <param name="Parts">Number of parts.</param>
/// <param name="Stride">Columns from one part to the next.</param>
/// <param name="HeadDim">Elements of a head.</param>
internal readonly record struct HeadPlace(long First, long Width, int Parts, long Stride, long HeadDim)
{
    /// <summary>The heads, if they are all equally far apart; null if they are not.</summary>
    public HeadColumns? Columns => Parts == 1 ? new(First, Width / HeadDim, HeadDim)
        : Width == HeadDim ? new(First, Parts, HeadDim, Stride)
        : null;

    /// <summary>Elements of all heads.</summary>
    public long Elements => Width * Parts;
}
