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
    private readonly HeadPlace? gates;
    private readonly double? limit;
    private readonly bool isLimitedLast, isNormedLast, hasQueriesOnly;

    public HeadProjections(Attention attention, Assembly<TTensor> parts)
    {
        (ops, batch) = (parts.Ops, parts.Workload.Batch);
        projections = [.. attention.Projections.Select(parts.Linear)];
        var isFused = attention.Layout != ProjectionLayout.Separate || attention.IsGated;
        var (first, second, third) = HeadPlaces.Of(attention);
        queries = new(first, HeadNorm<TTensor>.Of(attention.QueryNorm, isFused, parts));
        keys = new(second, HeadNorm<TTensor>.Of(attention.KeyNorm, isFused, parts));
        values = new(third, HeadNorm<TTensor>.Of(attention.ValueNorm, isFused, parts));
        gates = HeadPlaces.Gates(attention);
        (limit, isLimitedLast, isNormedLast) = (attention.ProjectionLimit, attention.IsLimitedLast, attention.IsRotatedFirst);
        hasQueriesOnly = attention.Layout == ProjectionLayout.QueriesOnly;
    }

    /// <param name="input">[B·T, d]; disposed.</param>
    public ProjectedHeads<TTensor> Forward(TTensor input)
    {
        using (input)
        {
            var rows = Projected(0, input);
            var (q, gate) = (Heads(rows, queries), Gates(rows));
            if (hasQueriesOnly)
            {
                rows.Dispose();
                return new(q, null, null, gate);
            }
            rows = projections.Length > 1 ? Next(rows, 1, input) : rows;
            var k = Heads(rows, keys);
            rows = projections.Length > 2 ? Next(rows, 2, input) : rows;
            using (rows)
                return new(q, k, Heads(rows, values), gate);
        }
    }

    /// <summary>Queries and keys after their rotation, where that is when they are normed.</summary>
    /// <param name="heads">As <see cref="Forward"/> makes them; queries and keys are consumed.</param>
    public ProjectedHeads<TTensor> NormedLast(ProjectedHeads<TTensor> heads) => !isNormedLast ? heads : heads with
    {
        Queries = NormedLast(heads.Queries, queries),
        Keys = heads.Keys is { } made ? NormedLast(made, keys) : null,
    };

    private TTensor NormedLast(TTensor heads, in Side side)
    {
        if (side.Norm is null)
            return heads;
        using var rows = Merged(heads);
        using var normed = side.Norm.Forward(rows, side.Place.Elements);
        return Split(normed, side.Place);
    }

    private TTensor Next(TTensor rows, int projection, TTensor input)
    {
        rows.Dispose();
        return Projected(projection, input);
    }

    private TTensor Projected(int projection, TTensor input)
    {
        var rows = projections[projection].Forward(input);
        if (limit is { } most && !isLimitedLast)
            ops.Clamp(rows, most);
        return rows;
    }

    private TTensor Heads(TTensor rows, in Side side)
    {
        var heads = Normed(rows, side);
        if (limit is { } most && isLimitedLast)
            ops.Clamp(heads, most);
        return heads;
    }

    /// <summary>A view, which keeps the rows alive that it shows; or a copy, where heads are not equally far apart.</summary>
    private TTensor Normed(TTensor rows, in Side side)
    {
        var (place, norm) = (side.Place, isNormedLast ? null : side.Norm);
        if (norm is null && place.Columns is { } columns)
            return ops.SplitHeads(rows, batch, columns);
        using var part = Part(rows, place);
        using var normed = norm?.Forward(part, place.Elements);
        return Split(normed ?? part, place);
    }

    private TTensor Split(TTensor rows, in HeadPlace place) => ops.SplitHeads(rows, batch, new(0, place.Elements / place.HeadDim, place.HeadDim));

    private TTensor Part(TTensor rows, in HeadPlace place) => place.Parts == 1 ? ops.Narrow(rows, 1, place.First, place.Width)
        : place.Columns is { } columns ? Merged(ops.SplitHeads(rows, batch, columns))
        : Joined(rows, place);

    /// <summary>[B·T, h·D], a copy.</summary>
    private TTensor? Gates(TTensor rows) => gates is { Columns: { } columns } ? Merged(ops.SplitHeads(rows, batch, columns)) : null;

    /// <summary>Heads side by side, which are disposed.</summary>
    private TTensor Merged(TTensor heads)
    {
        using (heads)
            return ops.MergeHeads(heads);
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

/// <summary>What the projections of an attention make of its input, each for the caller to dispose.</summary>
/// <param name="Queries">[B, h, T, D].</param>
/// <param name="Keys">[B, kv_heads, T, D]; null if they are another layer's.</param>
/// <param name="Values">The same.</param>
/// <param name="Gates">[B·T, h·D], before their sigmoid; null if there are none.</param>
internal readonly record struct ProjectedHeads<TTensor>(TTensor Queries, TTensor? Keys, TTensor? Values, TTensor? Gates)
    where TTensor : class, IDisposable;
