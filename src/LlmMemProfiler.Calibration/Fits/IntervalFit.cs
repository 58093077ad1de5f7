using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using MathNet.Numerics.Statistics;

namespace LlmMemProfiler.Calibration.Fits;

/// <summary>Fits an estimator's interval, and judges it on the extremes.</summary>
internal static class IntervalFit
{
    /// <returns>Null without a point for the interval.</returns>
    public static EstimatorQuality? Of(HardwareProfile profile, string estimator, SplitPoints split)
    {
        var unit = UnitOf(Predictions.Of(split.Fit, estimator, profile));
        // Repeats of a point are not independent: use the worst.
        var errors = Predictions.Of(split.Conformal, estimator, profile).GroupBy(p => p.Point.PointId).Select(g => g.Max(p => Error(unit, p))).ToList();
        if (errors.Count == 0)
            return null;
        var (half, guarantee) = SplitConformal.Of(errors);
        var none = new ErrorStatistics(0, 0, 0, 0, 0, 0, 0, null);
        return new(estimator, new(unit, half), guarantee, [], none, none);
    }

    /// <summary>Adds errors without and with the profile, and those on each axis's extremes.</summary>
    /// <param name="profile">The profile, its intervals not yet widened by extremes.</param>
    /// <param name="quality">The estimator's interval.</param>
    /// <param name="split">The points.</param>
    public static EstimatorQuality Judged(HardwareProfile profile, EstimatorQuality quality, SplitPoints split)
    {
        var before = Predictions.Of(split.HeldOut, quality.Estimator, null).Statistics();
        var predictions = Predictions.Of(split.HeldOut, quality.Estimator, profile);
        var extremes =
            from prediction in predictions
            from axis in split.Splits.ExtremeOn(prediction.Point.Model, prediction.Point.Workload)
            group Error(quality.HalfWidth.Unit, prediction) by axis.Name into errors
            select new ExtremeError(errors.Key, errors.Count(), errors.Max());
        return quality with { Before = before ?? quality.Before, After = predictions.Statistics() ?? quality.After, Extremes = [.. extremes] };
    }

    /// <summary>The unit in which the errors of small and of large totals differ less.</summary>
    private static WidthUnit UnitOf(IReadOnlyList<Prediction<CalibrationPoint>> predictions)
    {
        var bySize = predictions.OrderBy(p => p.Predicted).ToList();
        var half = bySize.Count / 2;
        return half > 0 && Unevenness(WidthUnit.Bytes) < Unevenness(WidthUnit.Fraction) ? WidthUnit.Bytes : WidthUnit.Fraction;

        double Unevenness(WidthUnit unit) => Math.Abs(Math.Log(Median(unit, bySize.Take(half)) / Median(unit, bySize.TakeLast(half))));

        // One byte more keeps exact predictions from dividing by zero.
        static double Median(WidthUnit unit, IEnumerable<Prediction<CalibrationPoint>> some) =>
            some.Select(p => HalfWidth.In(unit, Math.Abs(p.Difference) + 1, p.Predicted)).Median();
    }

    private static double Error(WidthUnit unit, Prediction<CalibrationPoint> p) => HalfWidth.In(unit, p.Difference, p.Predicted);
}
