using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>The projections of an attention: queries, keys and values as heads, normed where the model norms them.</summary>
internal sealed class HeadProjections<TTensor>
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops;
    private readonly long batch;
    private readonly LinearLayer<TTensor>[] projections;
    private readonly Side queries, keys, values;

    public HeadProjections(Attention attention, Assembly<TTensor> parts)
    {
        (ops, batch) = (parts.Ops, parts.Workload.Batch);
        projections = [.. attention.Projections.Select(parts.Linear)];
        var (first, second, third) = HeadPlaces.Of(attention);
        queries = new(first, parts.NormOrNull(attention.QueryNorm));
        keys = new(second, parts.NormOrNull(attention.KeyNorm));
        values = new(third, parts.NormOrNull(attention.ValueNorm));
    }

    /// <summary>[B·T, d] → [B, h, T, D] and 2 × [B, kv_heads, T, D], each for the caller to dispose.</summary>
    /// <param name="input">Disposed.</param>
    public (TTensor Queries, TTensor Keys, TTensor Values) Forward(TTensor input)
    {
        using (input)
        {
            var rows = projections[0].Forward(input);
            var q = Heads(rows, queries);
            rows = projections.Length > 1 ? Next(rows, 1, input) : rows;
            var k = Heads(rows, keys);
            rows = projections.Length > 2 ? Next(rows, 2, input) : rows;
            using (rows)
                return (q, k, Heads(rows, values));
        }
    }

    private TTensor Next(TTensor rows, int projection, TTensor input)
    {
        rows.Dispose();
        return projections[projection].Forward(input);
    }

    /// <summary>A view, which keeps the rows alive that it shows.</summary>
    private TTensor Heads(TTensor rows, in Side side)
    {
        if (side.Norm is null)
            return ops.SplitHeads(rows, batch, side.Columns);
        using var normed = Normed(rows, side.Columns, side.Norm);
        return ops.SplitHeads(normed, batch, new(0, side.Columns.Heads, side.Columns.HeadDim));
    }

    /// <summary>Heads normed each, or all together.</summary>
    private TTensor Normed(TTensor rows, HeadColumns columns, NormLayer<TTensor> norm)
    {
        var width = columns.Heads * columns.HeadDim;
        using var part = ops.Narrow(rows, 1, columns.First, width);
        if (norm.Width == width)
            return norm.Forward(part);
        using var heads = ops.InRowsOf(part, norm.Width);
        using var normed = norm.Forward(heads);
        return ops.InRowsOf(normed, width);
    }

    private readonly record struct Side(HeadColumns Columns, NormLayer<TTensor>? Norm);
}
