using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>Softmax attention over the tokens before.</summary>
internal sealed class AttentionLoops(WeightLoops weights, NormLoops norms, Rotations rotations, KeptLoops inCache)
{
    /// <summary>Keys and values of each layer, which later ones may take.</summary>
    private readonly Dictionary<int, (double[][][] Keys, double[][][] Values)> kept = [];

    /// <param name="attention">The attention.</param>
    /// <param name="rows">Its input, [positions][d].</param>
    /// <param name="layer">The layer that it stands in.</param>
    public double[][] Of(Attention attention, double[][] rows, int layer)
    {
        var projected = attention.Projections.Select(projection => weights.Linear(projection, rows)).ToArray();
        double[][]? gates = null;
        if (attention.IsGated)
        {
            var halves = projected[0].InParts(attention.HeadDim);
            projected[0] = Joined([.. halves.Where((_, half) => half % 2 == 0)]);
            gates = Joined([.. halves.Where((_, half) => half % 2 == 1)]);
        }
        var heads = Heads(attention, ProjectedHeads.Of(attention, projected), layer);
        var mixed = Joined([.. heads.Queries.Select((queries, head) =>
            Mixed(attention, head, queries, heads.Keys[KvHead(attention, head)], heads.Values[KvHead(attention, head)]))]);
        if (gates is not null)
            mixed = [.. mixed.Zip(gates, (row, gate) => row.Times([.. gate.Select(Loops.Sigmoid)]))];
        return weights.Linear(attention.Output, mixed);
    }

    private static int KvHead(Attention attention, int head) => head / (attention.Heads / attention.KvHeads);

    private Heads Heads(Attention attention, (double[][] Queries, double[][]? Keys, double[][]? Values) rows, int layer)
    {
        var queries = Turned(attention, attention.QueryNorm, rows.Queries);
        queries = [.. queries.Select(head => head.Select((row, position) => row.Times(Growth(attention, position))).ToArray())];
        var (keys, values) = attention.KeysOf is { } other ? kept[other] : (
            inCache.Of(CacheSide.Keys, Turned(attention, attention.KeyNorm, rows.Keys!)),
            inCache.Of(CacheSide.Values, Normed(attention, attention.ValueNorm, rows.Values!).InParts(attention.HeadDim)));
        kept[layer] = (keys, values);
        return new(queries, keys, values);
    }

    /// <summary>Bounded, normed and turned, head by head.</summary>
    private double[][][] Turned(Attention attention, Norm? norm, double[][] rows)
    {
        rows = Normed(attention, attention.IsRotatedFirst ? null : norm, rows);
        var heads = rows.InParts(attention.HeadDim);
        if (attention.Positions is Rotary rotary)
            heads = [.. heads.Select(head => rotations.Turned(head, rotary))];
        return attention.IsRotatedFirst ? norms.Of(norm, Joined(heads)).InParts(attention.HeadDim) : heads;
    }

    private double[][] Normed(Attention attention, Norm? norm, double[][] rows) =>
        attention.IsLimitedLast ? Bounded(attention, norms.Of(norm, rows)) : norms.Of(norm, Bounded(attention, rows));

    private static double[][] Bounded(Attention attention, double[][] rows) =>
        attention.ProjectionLimit is { } limit ? [.. rows.Select(row => row.Select(x => Math.Clamp(x, -limit, limit)).ToArray())] : rows;

    /// <summary>What the query at a position is multiplied by.</summary>
    private static double Growth(Attention attention, int position)
    {
        var growth = 1.0;
        if (attention.Temperature is { } temperature)
            growth = 1 + (temperature.Strength * Math.Log(1 + Math.Floor((position + (temperature.IsFromZero ? 0 : 1)) / temperature.Every)));
        if (attention.QueryLogLength is { } trained && position + 1 > trained)
            growth *= Math.Log(position + 1, trained);
        return growth;
    }

    /// <summary>One head's values, mixed for each position.</summary>
    private double[][] Mixed(Attention attention, int head, double[][] queries, double[][] keys, double[][] values)
    {
        var scale = attention.ScoreScale ?? 1 / Math.Sqrt(attention.HeadDim);
        var slope = attention.Positions is Alibi alibi ? AlibiSlopes.Of(alibi, attention.Heads)[head] : 0;
        double? sink = attention.Sinks.Count > 0 ? weights.All(attention.Sinks[0].Name)[head] : null;
        return [.. queries.Select((query, position) =>
        {
            var first = First(attention, position);
            var scores = Enumerable.Range(first, position + 1 - first)
                .Select(token => Loops.Capped((Loops.Dot(query, keys[token]) * scale) + (slope * (token - position)), attention.ScoreCap));
            return SoftmaxLoops.Mixed([.. scores], values[first..(position + 1)], sink);
        })];
    }

    /// <summary>The first token that a position attends to.</summary>
    private static int First(Attention attention, int position) =>
        attention.Window is not { } window ? 0
        : attention.IsChunked ? position / window * window
        : Math.Max(0, position + 1 - window);

    /// <summary>The heads of each position in a row.</summary>
    private static double[][] Joined(double[][][] heads) =>
        [.. Enumerable.Range(0, heads[0].Length).Select(position => heads.SelectMany(head => head[position]).ToArray())];
}
