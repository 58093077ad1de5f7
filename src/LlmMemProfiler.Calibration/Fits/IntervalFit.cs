using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Models;
using MathNet.Numerics.Statistics;

namespace LlmMemProfiler.Calibration.Fits;

/// <summary>
/// Fits an estimator's interval, and judges it on the extremes. Errors are counted in spreads of their group, since a cache that grows
/// leaves a hundred times more behind than one that does not; one rank over all groups keeps the guarantee.
/// </summary>
/// <remarks>Lei et al., Distribution-free predictive inference for regression (2018), section 5.2: locally weighted.</remarks>
internal static class IntervalFit
{
    /// <summary>Fewer points tell no spread of their own.</summary>
    private const int MinGroup = 4;

    /// <returns>Null without a point for the interval.</returns>
    public static EstimatorQuality? Of(HardwareProfile profile, string estimator, SplitPoints split)
    {
        var fitted = Predictions.Of(split.Fit, estimator, profile);
        var unit = UnitOf(fitted);
        var spreads = new HalfWidths(unit, [.. Spreads(fitted, unit)]);
        // Repeats of a point are not independent: use the worst.
        var errors = Predictions.Of(split.Conformal, estimator, profile)
            .GroupBy(p => p.Point.PointId).Select(g => g.Max(p => Error(spreads, p))).ToList();
        if (errors.Count == 0)
            return null;
        var (rank, guarantee) = SplitConformal.Of(errors);
        var none = new ErrorStatistics(0, 0, 0, 0, 0, 0, 0, null);
        return new(
            estimator, spreads with { Groups = [.. spreads.Groups.Select(g => g with { Value = rank * g.Value })] }, guarantee, Unwidened, none, none);
    }

    /// <summary>No error at any extreme, so that the interval is judged there as it is inside the fitted range.</summary>
    private static IReadOnlyList<ExtremeError> Unwidened =>
        [.. from axis in PointAxis.All from cache in Enum.GetValues<CachePolicy>() select new ExtremeError(axis.Name, cache, 0, 0)];

    /// <summary>Adds errors without and with the profile, and those on each axis's extremes by cache policy.</summary>
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
            group Error(quality.HalfWidths, prediction) by (axis.Name, prediction.Point.Workload.Cache) into errors
            select new ExtremeError(errors.Key.Name, errors.Key.Cache, errors.Count(), errors.Max());
        return quality with { Before = before ?? quality.Before, After = predictions.Statistics() ?? quality.After, Extremes = [.. extremes] };
    }

    /// <summary>Mean absolute errors of the fit: by type, kernel and cache where there are enough points, then by cache, then of all.</summary>
    private static IEnumerable<HalfWidth> Spreads(IReadOnlyList<Prediction<CalibrationPoint>> fitted, WidthUnit unit)
    {
        var all = Spread(fitted);
        var groups = from p in fitted group p by (p.Point.Workload.Dtype, p.Point.Workload.Attention, p.Point.Workload.Cache);
        foreach (var group in groups.Where(g => g.Count() >= MinGroup))
            yield return new(group.Key.Dtype, group.Key.Attention, group.Key.Cache, Math.Max(Spread(group), LeastShare * all));
        foreach (var group in fitted.GroupBy(p => p.Point.Workload.Cache).Where(g => g.Count() >= MinGroup))
            yield return new(null, null, group.Key, Math.Max(Spread(group), LeastShare * all));
        yield return new(null, null, null, all);

        double Spread(IEnumerable<Prediction<CalibrationPoint>> some) => some.Average(p => HalfWidths.In(unit, p.Difference, p.Predicted));
    }

    /// <summary>A few lucky points must not make a group look exact.</summary>
    private const double LeastShare = 0.1;

    /// <summary>The unit in which the errors of small and of large totals differ less.</summary>
    private static WidthUnit UnitOf(IReadOnlyList<Prediction<CalibrationPoint>> predictions)
    {
        var bySize = predictions.OrderBy(p => p.Predicted).ToList();
        var half = bySize.Count / 2;
        return half > 0 && Unevenness(WidthUnit.Bytes) < Unevenness(WidthUnit.Fraction) ? WidthUnit.Bytes : WidthUnit.Fraction;

        double Unevenness(WidthUnit unit) => Math.Abs(Math.Log(Median(unit, bySize.Take(half)) / Median(unit, bySize.TakeLast(half))));

        // One byte more keeps exact predictions from dividing by zero.
        static double Median(WidthUnit unit, IEnumerable<Prediction<CalibrationPoint>> some) =>
            some.Select(p => HalfWidths.In(unit, Math.Abs(p.Difference) + 1, p.Predicted)).Median();
    }

    /// <summary>The error of a prediction in widths of its group; in a group that is exact, any error is infinitely many.</summary>
    private static double Error(HalfWidths widths, Prediction<CalibrationPoint> p)
    {
        var error = HalfWidths.In(widths.Unit, p.Difference, p.Predicted);
        return error == 0 ? 0 : error / Math.Max(widths.Of(p.Point.Workload), double.Epsilon);
    }
}
