using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using MathNet.Numerics.Statistics;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>Predictions of many points, and their errors.</summary>
public static class Predictions
{
    /// <summary>An estimator's device totals with a profile, or as recorded without one.</summary>
    public static IReadOnlyList<Prediction<CalibrationPoint>> Of(
        IEnumerable<CalibrationPoint> points, string estimator, HardwareProfile? profile) =>
        [.. points.Select(point => point.By(estimator) is { } estimate
            ? Quantity.Device.Compare(point, profile?.Apply(estimate, point.Model, point.Workload) ?? estimate)
            : null).OfType<Prediction<CalibrationPoint>>()];

    /// <summary>The largest errors, worst first; exact predictions are excluded.</summary>
    public static IEnumerable<Prediction<TPoint>> Worst<TPoint>(this IEnumerable<Prediction<TPoint>> predictions, int max)
        where TPoint : MeasuredPoint =>
        predictions.Where(p => p.Difference != 0).OrderByDescending(p => Math.Abs(p.Percent)).Take(max);

    /// <summary>
    /// The narrowest band, in percent, that holds a given share of one estimator's absolute errors. On a tie the last estimator
    /// wins, since they go from crude to detailed. Null if there are no predictions.
    /// </summary>
    public static (string Estimator, double Percent)? NarrowestBand<TPoint>(this IEnumerable<Prediction<TPoint>> predictions, double share)
        where TPoint : MeasuredPoint =>
        predictions
            .GroupBy(p => p.Estimator, p => Math.Abs(p.Percent))
            .Select(errors => ((string, double Percent)?)(errors.Key, errors.QuantileCustom(share, QuantileDefinition.R7)))
            .Reverse()
            .MinBy(band => band!.Value.Percent);

    /// <summary>Error statistics; null if there are no predictions.</summary>
    public static ErrorStatistics? Statistics<TPoint>(this IReadOnlyCollection<Prediction<TPoint>> predictions)
        where TPoint : MeasuredPoint
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
