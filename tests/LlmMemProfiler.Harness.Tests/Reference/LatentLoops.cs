using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>Attention over keys and values that are made from a narrow vector.</summary>
/// <remarks>DeepSeek-AI (2024), DeepSeek-V2, section 2.1.</remarks>
internal sealed class LatentLoops(WeightLoops weights, NormLoops norms, Rotations rotations, KeptLoops inCache)
{
    public double[][] Of(LatentAttention attention, double[][] rows)
    {
        if (attention.Indexer is not null || attention.PicksOf is not null)
            throw new NotSupportedException("latent attention with an indexer");
        var (plain, turned) = (attention.PlainDim, attention.RotaryDim);
        var queries = weights.Linear(attention.Queries[0], rows);
        if (attention.Queries.Count > 1)
            queries = weights.Linear(attention.Queries[1], norms.Of(attention.QueryNorm, queries));
        var kept = weights.Linear(attention.Compress, rows);
        var wide = weights.Linear(attention.Expand, inCache.Of(CacheSide.Values, norms.Of(attention.KeptNorm, kept.Columns(0, attention.KvRank))));
        var sharedKey = inCache.Of(CacheSide.Keys, Turned(attention, kept.Columns(attention.KvRank, turned)));
        var mixed = Enumerable.Range(0, attention.Heads).Select(head =>
        {
            var own = wide.Columns(head * (plain + attention.ValueDim), plain + attention.ValueDim);
            var query = Grown(attention, queries.Columns(head * (plain + turned), plain + turned));
            return Mixed(
                attention,
                Beside(query.Columns(0, plain), Turned(attention, query.Columns(plain, turned))),
                Beside(own.Columns(0, plain), sharedKey),
                own.Columns(plain, attention.ValueDim));
        });
        return weights.Linear(attention.Output, mixed.Aggregate(Beside));
    }

    /// <summary>Meta (2025), Llama 4: as far as the position has come, so much more do scores count.</summary>
    private static double[][] Grown(LatentAttention attention, double[][] rows) => attention.Temperature is not { } temperature ? rows
        : [.. rows.Select((row, position) => row.Times(
            1 + (temperature.Strength * Math.Log(1 + Math.Floor((position + (temperature.IsFromZero ? 0 : 1)) / temperature.Every)))))];

    private double[][] Turned(LatentAttention attention, double[][] rows) =>
        attention.Positions is { } rotary ? rotations.Turned(rows, rotary) : rows;

    private static double[][] Mixed(LatentAttention attention, double[][] queries, double[][] keys, double[][] values)
    {
        var scale = attention.ScoreScale ?? 1 / Math.Sqrt(attention.PlainDim + attention.RotaryDim);
        return [.. queries.Select((query, position) =>
            SoftmaxLoops.Mixed([.. keys[..(position + 1)].Select(key => Loops.Dot(query, key) * scale)], values[..(position + 1)], sink: null))];
    }

    private static double[][] Beside(double[][] left, double[][] right) => [.. left.Zip(right, (a, b) => (double[])[.. a, .. b])];
}
