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
    private readonly double? limit;

    public HeadProjections(Attention attention, Assembly<TTensor> parts)
    {
        (ops, batch) = (parts.Ops, parts.Workload.Batch);
        projections = [.. attention.Projections.Select(parts.Linear)];
        var (first, second, third) = HeadPlaces.Of(attention);
        queries = new(first, HeadNorm<TTensor>.Of(attention.QueryNorm, parts));
        keys = new(second, HeadNorm<TTensor>.Of(attention.KeyNorm, parts));
        values = new(third, HeadNorm<TTensor>.Of(attention.ValueNorm, parts));
        limit = attention.ProjectionLimit;
    }

    /// <summary>[B·T, d] → [B, h, T, D] and 2 × [B, kv_heads, T, D], each for the caller to dispose.</summary>
    /// <param name="input">Disposed.</param>
    public (TTensor Queries, TTensor Keys, TTensor Values) Forward(TTensor input)
    {
        using (input)
        {
            var rows = Projected(0, input);
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
        return Projected(projection, input);
    }

    private TTensor Projected(int projection, TTensor input)
    {
        var rows = projections[projection].Forward(input);
        if (limit is { } most)
            ops.Clamp(rows, most);
        return rows;
    }

    /// <summary>A view, which keeps the rows alive that it shows; or a copy, where heads are not equally far apart.</summary>
    private TTensor Heads(TTensor rows, in Side side)
    {
        var place = side.Place;
        if (side.Norm is null && place.Columns is { } columns)
            return ops.SplitHeads(rows, batch, columns);
        using var part = place.Parts == 1 ? ops.Narrow(rows, 1, place.First, place.Width) : Joined(rows, place);
        using var normed = side.Norm?.Forward(part, place.Elements);
        return ops.SplitHeads(normed ?? part, batch, new(0, place.Elements / place.HeadDim, place.HeadDim));
    }

    private TTensor Joined(TTensor rows, in HeadPlace place)
    {
        var parts = new List<TTensor>();
        try
        {
            for (var part = 0; part < place.Parts; part++)
                parts.Add(ops.Narrow(rows, 1, place.First + (part * place.Stride), place.Width));
            return ops.Concatenate(parts, 1);
        }
        finally
        {
            foreach (var part in parts)
                part.Dispose();
        }
    }

    private readonly record struct Side(HeadPlace Place, HeadNorm<TTensor>? Norm);
}
