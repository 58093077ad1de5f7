using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Estimation;
using MathNet.Numerics.Statistics;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>A predicted device total beside the measured one.</summary>
/// <param name="Point">The point.</param>
/// <param name="Estimate">What was predicted.</param>
public sealed record Prediction(CalibrationPoint Point, MemoryEstimate Estimate)
{
    /// <summary>Predicted − measured, in percent of the measured.</summary>
    public double Percent => 100.0 * (Estimate.Total.Bytes - Point.Device.Bytes) / Point.Device.Bytes;

    /// <summary>The error as a share of the predicted total: what intervals are made of.</summary>
    public double Share => Math.Abs((double)(Estimate.Total.Bytes - Point.Device.Bytes)) / Math.Max(1, Estimate.Total.Bytes);

    /// <summary>Whether the measured total lies in the predicted interval; null where there is none.</summary>
    public bool? IsCovered => Estimate is { Low: { } low, High: { } high } ? Point.Device >= low && Point.Device <= high : null;
}

/// <summary>Predictions of one estimator for many points.</summary>
public static class Predictions
{
    /// <summary>The estimators' predictions with a profile, or, without one, as they were recorded.</summary>
    public static IEnumerable<Prediction> Of(IEnumerable<CalibrationPoint> points, string estimator, HardwareProfile? profile) =>
        from point in points
        let estimate = point.By(estimator)
        where estimate is not null
        select new Prediction(point, profile is null ? estimate : profile.Apply(estimate, point.Model, point.Workload).Estimate);

    /// <summary>The errors' statistics; null where there is no prediction.</summary>
    public static ErrorStatistics? Statistics(this IReadOnlyCollection<Prediction> predictions)
    {
        if (predictions.Count == 0)
            return null;
        var signed = predictions.Select(p => p.Percent).ToArray();
        var absolute = signed.Select(Math.Abs).ToArray();
        return new(
            signed.Length, absolute.Mean(), absolute.Median(), absolute.Max(), signed.Mean(),
            (double)signed.Count(e => e < 0) / signed.Length, Math.Max(0, -signed.Min()),
            predictions.Any(p => p.IsCovered is null) ? null : (double)predictions.Count(p => p.IsCovered == true) / predictions.Count);
    }
}
