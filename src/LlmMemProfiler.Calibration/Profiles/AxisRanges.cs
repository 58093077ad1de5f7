using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>The range of the calibrated points: where the profile interpolates, and where it was tested beyond.</summary>
public sealed record AxisRanges(
    AxisRange Parameters,
    AxisRange Batch,
    AxisRange Prompt,
    AxisRange NewTokens,
    IReadOnlyDictionary<string, AxisRange> Features,
    IReadOnlyList<DataType> Dtype,
    IReadOnlyList<DataType> KvDtype,
    IReadOnlyList<CachePolicy> Cache,
    IReadOnlyList<AttentionKernel> Attention,
    IReadOnlyList<LogitsFor> Logits,
    IReadOnlyList<string> Prefill)
{
    /// <summary>Null if all kept full sequences, as in all profiles before it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<WindowCache>? WindowCache { get; init; }

    /// <summary>Null if all repeated keys and values, as in all profiles before it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<GroupedHeads>? GroupedHeads { get; init; }

    /// <param name="seen">The points that constants and intervals come from.</param>
    /// <param name="tested">All points, with those that only tested.</param>
    /// <param name="features">What the profile's parts scale with.</param>
    public static AxisRanges Of(
        IReadOnlyList<(ModelFacts Model, WorkloadFacts Workload)> seen, IReadOnlyList<(ModelFacts Model, WorkloadFacts Workload)> tested,
        IEnumerable<ShapeFeature> features)
    {
        var axes = PointAxis.All.ToDictionary(a => a.Name, a => Range(a.Of));
        return new(
            axes["parameters"], axes["batch"], axes["prompt"], axes["new_tokens"],
            features.DistinctBy(f => f.Name).OrderBy(f => f.Name, StringComparer.Ordinal).ToDictionary(f => f.Name, f => Range((m, w) => Count(f, m, w))),
            Set(w => w.Dtype), [.. Set(w => w.KvDtype), .. Set(w => w.VDtype ?? w.KvDtype).Except(Set(w => w.KvDtype))], Set(w => w.Cache), Set(w => w.Attention), Set(w => w.Logits),
            [.. tested.Select(p => PrefillOf(p.Workload)).Distinct().Order(StringComparer.Ordinal)])
        {
            WindowCache = SetOrNull(w => w.WindowCache),
            GroupedHeads = SetOrNull(w => w.GroupedHeads),
        };

        AxisRange Range(Func<ModelFacts, WorkloadFacts, long> of) =>
            AxisRange.Of(seen.Select(p => of(p.Model, p.Workload)), tested.Select(p => of(p.Model, p.Workload)));

        T[] Set<T>(Func<WorkloadFacts, T> axis) where T : struct, Enum =>
            [.. tested.Select(p => axis(p.Workload)).Distinct().OrderBy(value => value.Name(), StringComparer.Ordinal)];

        T[]? SetOrNull<T>(Func<WorkloadFacts, T> axis) where T : struct, Enum =>
            tested.All(p => EqualityComparer<T>.Default.Equals(axis(p.Workload), default)) ? null : Set(axis);
    }

    /// <summary>How far a point lies beyond the fit on each axis of <see cref="PointAxis"/>.</summary>
    public IEnumerable<(PointAxis Axis, Reach Reach)> Reaches(ModelFacts model, WorkloadFacts workload) =>
        Axes(model, workload).Select(a => (a.Axis, a.Range.ReachOf(a.Value)));

    /// <summary>Where a point lies beyond all that was tested, one entry per axis; then no interval holds.</summary>
    public IReadOnlyList<string> Unknown(ModelFacts model, WorkloadFacts workload) =>
    [
        .. from a in Numbers(model, workload) where a.Range.ReachOf(a.Value) == Reach.Unknown select Words(a.Name, a.Value, a.Range),
        .. from n in Names(workload) where !n.Set.Contains(n.Value) select Words(n),
    ];

    /// <summary>Where a point lies outside what was calibrated and tested, one entry per axis.</summary>
    public IReadOnlyList<string> Outside(ModelFacts model, WorkloadFacts workload) =>
    [
        .. from a in Numbers(model, workload) where a.Value < a.Range.Least || a.Value > a.Range.Tested select Words(a.Name, a.Value, a.Range),
        .. from n in Names(workload) where !n.Set.Contains(n.Value) select Words(n),
    ];

    private IEnumerable<(string Name, long Value, AxisRange Range)> Numbers(ModelFacts model, WorkloadFacts workload) =>
    [
        .. Axes(model, workload).Select(a => (a.Axis.Name, a.Value, a.Range)),
        .. Features.Select(f => (f.Key, Count(ShapeFeature.Named(f.Key), model, workload), f.Value)),
    ];

    private IEnumerable<(PointAxis Axis, long Value, AxisRange Range)> Axes(ModelFacts model, WorkloadFacts workload) =>
        PointAxis.All.Zip([Parameters, Batch, Prompt, NewTokens], (axis, range) => (axis, axis.Of(model, workload), range));

    private (string Axis, string Value, IReadOnlyList<string> Set)[] Names(WorkloadFacts workload) =>
    [
        Named("dtype", workload.Dtype, Dtype), Named("kv_dtype", workload.KvDtype, KvDtype), Named("cache", workload.Cache, Cache),
        .. workload.VDtype is { } values ? [Named("v_dtype", values, KvDtype)] : Array.Empty<(string, string, IReadOnlyList<string>)>(),
        Named("attention", workload.Attention, Attention), Named("logits", workload.Logits, Logits), ("prefill", PrefillOf(workload), Prefill),
        Named("window_cache", workload.WindowCache, WindowCache ?? [default]), Named("grouped_heads", workload.GroupedHeads, GroupedHeads ?? [default]),
    ];

    private static string Words(string axis, long value, AxisRange range) => FormattableString.Invariant(
        $"{axis} {value:N0}, calibrated from {range.Least:N0} to {range.Most:N0}{(range.Tested > range.Most ? $", tested to {range.Tested:N0}" : "")}");

    private static string Words((string Axis, string Value, IReadOnlyList<string> Set) n) =>
        $"{n.Axis} {n.Value}, calibrated with {string.Join(", ", n.Set)}";

    private static (string Axis, string Value, IReadOnlyList<string> Set) Named<T>(string axis, T value, IReadOnlyList<T> set) where T : struct, Enum =>
        (axis, value.Name(), [.. set.Select(known => known.Name())]);

    private static long Count(ShapeFeature feature, ModelFacts model, WorkloadFacts workload) => checked((long)Math.Ceiling(feature.Of(model, workload)));

    private static string PrefillOf(WorkloadFacts workload) => workload.PrefillChunk is null ? "whole" : "chunked";
}
