using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using MathNet.Numerics.Statistics;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>Predictions of many points, and how far off they are.</summary>
public static class Predictions
{
    /// <summary>An estimator's device totals with a profile, or, without one, as they were recorded.</summary>
    public static IReadOnlyList<Prediction<CalibrationPoint>> Of(
        IEnumerable<CalibrationPoint> points, string estimator, HardwareProfile? profile) =>
        [.. points.Select(point => point.By(estimator) is { } estimate
            ? Quantity.Device.Compare(point, profile?.Apply(estimate, point.Model, point.Workload) ?? estimate)
            : null).OfType<Prediction<CalibrationPoint>>()];

    /// <summary>Those that are farthest off, the worst first; a prediction that is right to the byte is none of them.</summary>
    public static IEnumerable<Prediction<TPoint>> Worst<TPoint>(this IEnumerable<Prediction<TPoint>> predictions, int most)
        where TPoint : MeasuredPoint =>
        predictions.Where(p => p.Difference != 0).OrderByDescending(p => Math.Abs(p.Percent)).Take(most);

    /// <summary>
    /// The narrowest band that holds a share of one estimator's absolute errors, in percent: of equals the last's, for estimators
    /// stand from the crudest to the finest. Null where there is no prediction.
    /// </summary>
    public static (string Estimator, double Percent)? NarrowestBand<TPoint>(this IEnumerable<Prediction<TPoint>> predictions, double share)
        where TPoint : MeasuredPoint =>
        predictions
            .GroupBy(p => p.Estimator, p => Math.Abs(p.Percent))
            .Select(errors => ((string, double Percent)?)(errors.Key, errors.QuantileCustom(share, QuantileDefinition.R7)))
            .Reverse()
            .MinBy(band => band!.Value.Percent);

    /// <summary>The errors' statistics; null where there is no prediction.</summary>
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
