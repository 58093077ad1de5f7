using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>The smallest and largest calibrated value of an axis.</summary>
public sealed record AxisRange(long Least, long Most)
{
    public static AxisRange Of(IEnumerable<long> values)
    {
        var (least, most) = (long.MaxValue, long.MinValue);
        foreach (var value in values)
            (least, most) = (Math.Min(least, value), Math.Max(most, value));
        return new(least, most);
    }
}

/// <summary>The range of the calibrated points on each axis. Outside it, a profile extrapolates.</summary>
public sealed record AxisRanges(
    AxisRange Parameters,
    AxisRange Batch,
    AxisRange Prompt,
    AxisRange Length,
    IReadOnlyList<DataType> Dtype,
    IReadOnlyList<DataType> KvDtype,
    IReadOnlyList<CachePolicy> Cache,
    IReadOnlyList<AttentionKernel> Attention,
    IReadOnlyList<LogitsFor> Logits,
    IReadOnlyList<string> Prefill)
{
    public static AxisRanges Of(IReadOnlyList<(ModelFacts Model, WorkloadFacts Workload)> points)
    {
        return new(
            AxisRange.Of(points.Select(p => p.Model.Parameters)),
            AxisRange.Of(points.Select(p => (long)p.Workload.Batch)),
            AxisRange.Of(points.Select(p => (long)p.Workload.Prompt)),
            AxisRange.Of(points.Select(p => Positions(p.Workload))),
            Set(w => w.Dtype), Set(w => w.KvDtype), Set(w => w.Cache), Set(w => w.Attention), Set(w => w.Logits),
            [.. points.Select(p => PrefillOf(p.Workload)).Distinct().Order(StringComparer.Ordinal)]);

        T[] Set<T>(Func<WorkloadFacts, T> axis) where T : struct, Enum =>
            [.. points.Select(p => axis(p.Workload)).Distinct().OrderBy(value => value.Name(), StringComparer.Ordinal)];
    }

    /// <summary>The axes on which a point is out of range, one per entry.</summary>
    public IReadOnlyList<string> Outside(ModelFacts model, WorkloadFacts workload)
    {
        (string Axis, long Value, AxisRange Range)[] numbers =
        [
            ("parameters", model.Parameters, Parameters), ("batch", workload.Batch, Batch), ("prompt", workload.Prompt, Prompt),
            ("length", Positions(workload), Length),
        ];
        (string Axis, string Value, IReadOnlyList<string> Set)[] names =
        [
            Named("dtype", workload.Dtype, Dtype), Named("kv_dtype", workload.KvDtype, KvDtype), Named("cache", workload.Cache, Cache),
            Named("attention", workload.Attention, Attention), Named("logits", workload.Logits, Logits), ("prefill", PrefillOf(workload), Prefill),
        ];
        return
        [
            .. numbers.Where(n => n.Value < n.Range.Least || n.Value > n.Range.Most)
                .Select(n => FormattableString.Invariant($"{n.Axis} {n.Value:N0}, calibrated from {n.Range.Least:N0} to {n.Range.Most:N0}")),
            .. names.Where(n => !n.Set.Contains(n.Value)).Select(n => $"{n.Axis} {n.Value}, calibrated with {string.Join(", ", n.Set)}"),
        ];
    }

    private static (string Axis, string Value, IReadOnlyList<string> Set) Named<T>(string axis, T value, IReadOnlyList<T> set) where T : struct, Enum =>
        (axis, value.Name(), [.. set.Select(known => known.Name())]);

    private static long Positions(WorkloadFacts workload) => (long)workload.Prompt + workload.NewTokens;

    private static string PrefillOf(WorkloadFacts workload) => workload.PrefillChunk is null ? "whole" : "chunked";
}
