using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Data;

namespace LlmMemProfiler.Reports.Accuracy;

/// <summary>A level that is both predicted and measured.</summary>
/// <param name="Name">For example 'tensor peak'.</param>
/// <param name="Measured">What a point measured; null where it is not known.</param>
/// <param name="Predicted">What an estimate says; null where it leaves the level open.</param>
internal sealed record Quantity(string Name, Func<ReportPoint, ByteSize?> Measured, Func<MemoryEstimate, ByteSize?> Predicted)
{
    public static Quantity TensorPeak { get; } = new("tensor peak", p => p.Measured.TensorPeak, e => e.TensorPeak);

    public static Quantity AllocatedPeak { get; } = new("allocated peak", p => p.Measured.AllocatedPeak, e => e.AllocatedPeak);

    public static Quantity ReservedPeak { get; } = new("reserved peak", p => p.Measured.ReservedPeak, e => e.ReservedPeak);

    /// <summary>What the operating system or the driver counts, against the estimates' totals.</summary>
    public static Quantity Device { get; } = new("device total", p => p.Measured.DevicePeak, e => e.Total);

    public static IReadOnlyList<Quantity> All { get; } = [TensorPeak, AllocatedPeak, ReservedPeak, Device];

    /// <summary>All pairs of a prediction and its measurement, where both are known.</summary>
    public IEnumerable<Comparison> Compare(IEnumerable<ReportPoint> points) =>
        from point in points
        let measured = Measured(point)
        where measured is { Bytes: > 0 }
        from estimate in point.Estimates
        let predicted = Predicted(estimate)
        where predicted is not null
        select new Comparison(point, estimate, measured.Value.Bytes, predicted.Value.Bytes);
}

/// <summary>One estimator's prediction of one point beside what was measured, in bytes.</summary>
internal sealed record Comparison(ReportPoint Point, MemoryEstimate Estimate, long Measured, long Predicted)
{
    public string Estimator => Estimate.Estimator;

    public long Difference => Predicted - Measured;

    /// <summary>In percent of what was measured; below 0 for an under-estimate.</summary>
    public double Error => 100.0 * Difference / Measured;
}
