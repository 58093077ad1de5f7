using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>A level that can be both predicted and measured.</summary>
/// <param name="Name">For example, 'tensor peak'.</param>
/// <param name="Measured">The measured level; null if unknown.</param>
/// <param name="Predicted">The predicted level; null if the estimate does not give it.</param>
public sealed record Quantity(string Name, Func<Measured, ByteSize?> Measured, Func<MemoryEstimate, ByteSize?> Predicted)
{
    public static Quantity TensorPeak { get; } = new("tensor peak", m => m.TensorPeak, e => e.TensorPeak)
    {
        MeasuredParts = m => m.TensorParts,
        PredictedParts = TensorParts,
    };

    public static Quantity AllocatedPeak { get; } = new("allocated peak", m => m.AllocatedPeak, e => e.AllocatedPeak);

    public static Quantity ReservedPeak { get; } = new("reserved peak", m => m.ReservedPeak, e => e.ReservedPeak);

    /// <summary>The tensor peak minus the weights.</summary>
    public static Quantity WithoutWeights { get; } = new(
        "tensor peak without weights", m => m.TensorPeak - m.TensorParts[Part.Weights], e => e.TensorPeak - TensorParts(e)[Part.Weights])
    {
        MeasuredParts = m => m.TensorParts,
        PredictedParts = TensorParts,
    };

    /// <summary>The OS's or driver's count without this program's own memory, against the estimates' totals.</summary>
    public static Quantity Device { get; } = new("device total", m => m.DeviceWithoutProfiler, e => e.Total);

    public static IReadOnlyList<Quantity> All { get; } = [TensorPeak, AllocatedPeak, ReservedPeak, Device];

    /// <summary>The measured account to compare with <see cref="PredictedParts"/>: the device total's, except for the tensor peak.</summary>
    public Func<Measured, MemoryAccount> MeasuredParts { get; private init; } = m => new(m.Parts.Known.Where(p => p.Part != Part.Profiler));

    /// <summary>The predicted account at this level.</summary>
    public Func<MemoryEstimate, MemoryAccount> PredictedParts { get; private init; } = e => e.Parts;

    /// <summary>All pairs of prediction and measurement where both are known.</summary>
    public IEnumerable<Prediction<TPoint>> Compare<TPoint>(IEnumerable<TPoint> points)
        where TPoint : MeasuredPoint =>
        points.SelectMany(point => point.Estimates.Select(estimate => Compare(point, estimate))).OfType<Prediction<TPoint>>();

    /// <returns>Null if the level was not measured or not predicted, or if the two count different things.</returns>
    public Prediction<TPoint>? Compare<TPoint>(TPoint point, MemoryEstimate estimate)
        where TPoint : MeasuredPoint =>
        CountsAlike(point.Measured, estimate) && Measured(point.Measured) is { Bytes: > 0 } measured && Predicted(estimate) is { } predicted
            ? new(this, point, estimate, measured, predicted)
            : null;

    /// <summary>True if measurement and prediction of this level both count requests, or both blocks.</summary>
    public bool CountsAlike(Measured measured, MemoryEstimate estimate) =>
        MeasuredParts(measured).Counted == PredictedParts(estimate).Counted;

    /// <summary>
    /// The predicted tensor peak by owner. Records from before it was kept have only the total's parts, which are another
    /// level's unless they add up to the peak: then it is not known.
    /// </summary>
    private static MemoryAccount TensorParts(MemoryEstimate estimate)
    {
        if (estimate.TensorParts.Known.Any())
            return estimate.TensorParts;
        var owners = new MemoryAccount(estimate.Parts.Known.Where(p => (int)p.Part < Parts.Owners));
        return owners.Total == estimate.TensorPeak ? owners : new();
    }
}
