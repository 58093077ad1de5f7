using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>A norm of queries, keys or values: of all heads together, or of each, with one weight or one each.</summary>
internal sealed class HeadNorm<TTensor>
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops;
    private readonly long width;
    private readonly NormLayer<TTensor>[] norms;
    private readonly TTensor? weights;
    private readonly bool isFused;

    private HeadNorm(Norm norm, bool isFused, Assembly<TTensor> parts)
    {
        (ops, width, this.isFused) = (parts.Ops, norm.Width, isFused);
        var one = norm with { Heads = null, IsSplit = false };
        norms = norm.IsSplit
            ? [.. Enumerable.Range(0, norm.Heads!.Value).Select(head => parts.Norm(one with { Name = $"{norm.Name}.norms.{head}" }))]
            : [parts.Norm(one with { HasWeight = norm.HasWeight && norm.Heads is null })];
        weights = norm.HasWeight && norm.Heads is not null && !norm.IsSplit ? parts.Tensor($"{norm.Name}.{norm.WeightName}") : null;
    }

    /// <param name="norm">The norm; null if there is none.</param>
    /// <param name="isFused">True if its rows may be columns of wider ones, and so have gaps.</param>
    /// <param name="parts">What it is assembled from.</param>
    public static HeadNorm<TTensor>? Of(Norm? norm, bool isFused, Assembly<TTensor> parts) => norm is null ? null : new(norm, isFused, parts);

    /// <summary>[n, heads · D] → the same.</summary>
    /// <param name="rows">Without gaps, if heads are normed each and nothing is fused.</param>
    /// <param name="all">heads · D.</param>
    public TTensor Forward(TTensor rows, long all) => norms.Length > 1 ? OneByOne(rows) : Together(rows, all);

    private TTensor Together(TTensor rows, long all)
    {
        if (all == width)
            return Weighed(norms[0].Forward(rows));
        using var whole = isFused ? ops.Flatten(rows) : null;
        using var heads = ops.InRowsOf(whole ?? rows, width);
        using var normed = norms[0].Forward(heads);
        return Weighed(ops.InRowsOf(normed, all));
    }

    private TTensor Weighed(TTensor rows)
    {
        if (weights is null)
            return rows;
        using var gains = ops.Flatten(weights);
        ops.Multiply(rows, gains);
        return rows;
    }

    private TTensor OneByOne(TTensor rows)
    {
        var normed = new List<TTensor>();
        try
        {
            for (var head = 0; head < norms.Length; head++)
            {
                using var part = ops.Narrow(rows, 1, head * width, width);
                normed.Add(norms[head].Forward(part));
            }
            return ops.Concatenate(normed, 1);
        }
        finally
        {
            foreach (var head in normed)
                head.Dispose();
        }
    }
}
