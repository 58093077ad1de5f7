using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>What an interval's width is counted in.</summary>
[JsonConverter(typeof(WordConverter<WidthUnit>))]
public enum WidthUnit
{
    /// <summary>The same for small and large totals.</summary>
    Bytes,

    /// <summary>A fraction of the predicted total.</summary>
    Fraction,
}

/// <summary>Half of an interval's width for the workloads of one group.</summary>
/// <param name="Dtype">Weight type; null for all others.</param>
/// <param name="Attention">Attention kernel; null for all others.</param>
/// <param name="Cache">Cache policy; null for all others.</param>
/// <param name="Value">Bytes, or a fraction.</param>
public sealed record HalfWidth(DataType? Dtype, AttentionKernel? Attention, CachePolicy? Cache, double Value)
{
    public bool Matches(WorkloadFacts w) => (Dtype ?? w.Dtype) == w.Dtype && (Attention ?? w.Attention) == w.Attention && (Cache ?? w.Cache) == w.Cache;

    public override string ToString() =>
        (Dtype, Attention, Cache) is (null, null, null) ? "all others" : string.Join(' ', new[] { Dtype?.Name(), Attention?.Name(), Cache?.Name() }.OfType<string>());
}

/// <summary>Half of an interval's width, by group of workloads, for some are far more regular than others.</summary>
/// <param name="Unit">What it is counted in: whichever made the fit's errors more even between small and large totals.</param>
/// <param name="Groups">The first that matches holds; the last one matches all.</param>
public sealed record HalfWidths(WidthUnit Unit, IReadOnlyList<HalfWidth> Groups)
{
    /// <summary>The half width for a workload, in this unit; 0 if no group matches.</summary>
    public double Of(WorkloadFacts workload) => Groups.FirstOrDefault(g => g.Matches(workload))?.Value ?? 0;

    /// <summary>A width in bytes.</summary>
    /// <exception cref="OverflowException">It does not fit 64 bits.</exception>
    public ByteSize Bytes(double value, ByteSize total) => new(checked((long)Math.Ceiling(Unit == WidthUnit.Bytes ? value : value * total.Bytes)));

    /// <summary>An error in a unit.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="bytes">The error.</param>
    /// <param name="predicted">The predicted total.</param>
    public static double In(WidthUnit unit, long bytes, ByteSize predicted) =>
        Math.Abs((double)bytes) / (unit == WidthUnit.Bytes ? 1 : Math.Max(1, predicted.Bytes));
}
