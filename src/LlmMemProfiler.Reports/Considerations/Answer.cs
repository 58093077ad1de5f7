using System.Globalization;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Reports.Data;
using MathNet.Numerics.Statistics;

namespace LlmMemProfiler.Reports.Considerations;

/// <summary>What the records answer about a consideration, in words.</summary>
internal static class Answer
{
    /// <summary>The measured and predicted slope along a numeric axis, how well a line fits, and the cache's share of the slope.</summary>
    public static string OfSlope(Consideration axis, Ladder ladder)
    {
        if (ladder.Rungs.Count < LeastSquaresLine.FewestValues)
            return $"no verdict: {ladder.Rungs.Count} values";
        var measured = Slope(axis, ladder, p => p.Measured.TensorPeak?.Bytes);
        if (measured is null)
            return "no line fits these points";
        var predicted = Slope(axis, ladder, p => Predicted(Quantity.TensorPeak, p));
        var cache = Slope(axis, ladder, p => p.Measured.TensorParts[Part.KvCache]?.Bytes);
        var text = $"{Shape(axis, measured)}: {Bytes(measured.Slope)} per {axis.Unit} {ladder.Rungs[0].Device.Kind.Observed()}";
        if (predicted is not null)
            text += Same(predicted.Slope, measured.Slope) ? ", as predicted" : $", {Bytes(predicted.Slope)} predicted";
        if (cache is not null && Math.Abs(cache.Slope) >= 0.5)
        {
            text += $"; {Bytes(cache.Slope)} of it cache";
            if (CacheSlope(axis, ladder.Rungs[0]) is { } formula)
                text += Same(cache.Slope, formula.Bytes) ? $", matching {formula.Text}" : $", but {formula.Text} gives {Bytes(formula.Bytes)}";
        }
        return text;
    }

    /// <summary>Each named value compared with the first: the median ratio of tensor peaks over all ladders.</summary>
    public static string OfNames(Consideration axis, IReadOnlyList<Ladder> ladders, bool withWeights)
    {
        var ratios = ladders
            .GroupBy(l => axis.Label(l.Rungs[0].Workload))
            .OrderBy(g => axis.Number(g.First().Rungs[0].Workload))
            .SelectMany(from => from
                .SelectMany(l => l.Rungs.Skip(1).Select(rung => (First: l.Rungs[0], Rung: rung)))
                .GroupBy(pair => axis.Label(pair.Rung.Workload))
                .Select(pairs => Ratio(from.Key, pairs.Key, [.. pairs], withWeights)))
            .OfType<string>();
        var what = withWeights ? "tensor peak" : "tensor peak without weights";
        return $"{what}: {string.Join("; ", ratios)}";
    }

    /// <summary>Cache bytes per unit of the axis, by the guide's formula; null if it has none.</summary>
    public static (double Bytes, string Text)? CacheSlope(Consideration axis, ReportPoint point)
    {
        if (point.Workload is { Cache: CachePolicy.Concat } or { WindowCache: WindowCache.Bounded })
            return null;
        // Keys and values of all layers for one token of one sequence.
        var token = (double)point.Model.Layers * point.Model.KvHeads * point.Workload.HeadBytes(point.Model.HeadDim);
        var (factors, rest) = point.Workload is { VDtype: null } w && !w.CacheType(CacheSide.Keys).IsQuantized
            ? ("2·N", "d_kv·b")
            : ("N", "h_kv·(bytes of a key and a value, with their scales)");
        if (axis == Consideration.Batch)
            return point.Workload.Cache == CachePolicy.Preallocated ? (token * point.Length, $"{factors}·L·{rest}") : null;
        return axis == Consideration.Prompt || axis == Consideration.NewTokens ? (token * point.Workload.Batch, $"{factors}·B·{rest}") : null;
    }

    private static string? Ratio(string first, string other, IReadOnlyList<(ReportPoint First, ReportPoint Rung)> pairs, bool withWeights)
    {
        var level = withWeights ? Quantity.TensorPeak : Quantity.WithoutWeights;
        var measured = Ratios(pairs, p => level.Measured(p.Measured)?.Bytes);
        var predicted = Ratios(pairs, p => Predicted(level, p));
        if (measured.Count == 0)
            return null;
        var text = $"{other} uses {Times(measured.Median())} as much as {first}";
        if (predicted.Count > 0)
            text += $" (predicted {Times(predicted.Median())})";
        return measured.Count == 1 ? text : string.Create(
            CultureInfo.InvariantCulture, $"{text}, median of {measured.Count} pairs, range {Times(measured[0])} to {Times(measured[^1])}");
    }

    private static long? Predicted(Quantity level, ReportPoint point) =>
        point.Finest is { } finest ? level.Compare(point, finest)?.Predicted.Bytes : null;

    private static IReadOnlyList<double> Ratios(IReadOnlyList<(ReportPoint First, ReportPoint Rung)> pairs, Func<ReportPoint, long?> bytes) =>
        [.. pairs
            .Select(pair => (First: bytes(pair.First), Rung: bytes(pair.Rung)))
            .Where(pair => pair.First > 0 && pair.Rung is not null)
            .Select(pair => (double)pair.Rung!.Value / pair.First!.Value)
            .Order()];

    private static LeastSquaresLine? Slope(Consideration axis, Ladder ladder, Func<ReportPoint, long?> bytes) =>
        ladder.Rungs.All(p => bytes(p) is not null)
            ? LeastSquaresLine.Of([.. ladder.Rungs.Select(p => (axis.Number(p.Workload), (double)bytes(p)!.Value))])
            : null;

    private static string Shape(Consideration axis, LeastSquaresLine fit) =>
        Math.Abs(fit.Slope) < 0.5 ? $"flat ({fit.Quality})"
        : fit.IsLinear ? $"linear ({fit.Quality})"
        : $"not linear in {axis.Name} ({fit.Quality}); on average";

    private static bool Same(double a, double b) => Math.Abs(a - b) < 0.5;

    private static string Bytes(double number) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} B");

    private static string Times(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio:F3}×");
}
