using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Points;
using MathNet.Numerics.Statistics;

namespace LlmMemProfiler.Calibration.Fits;

/// <summary>One point to fit.</summary>
/// <param name="Model">The model.</param>
/// <param name="Workload">The workload.</param>
/// <param name="Value">The part, in bytes.</param>
/// <param name="Device">The device total: errors are relative to it.</param>
internal sealed record LinearPoint(ModelFacts Model, WorkloadFacts Workload, double Value, double Device);

/// <summary>
/// Fits a part as a constant and, one after the other, the slope that lowers the error on held-out points most; a slope that does not
/// lower it is left out, for the held-out points are the extremes, where a slope learned from a narrow range fails. Slopes are never
/// negative: using more memory does not leave less behind.
/// </summary>
internal sealed class LinearFit
{
    /// <summary>Points needed per coefficient.</summary>
    private const int PointsPerCoefficient = 4;

    /// <summary>A slope must lower the held-out error by at least this share of it.</summary>
    private const double LeastGain = 0.05;

    /// <summary>
    /// A slope that lowers the mean error by less stays all the same where it lowers it by as much with no error counted for more than
    /// this many times the median one: a few outliers among the held-out points, which no slope explains, would else hide what it
    /// explains in all the others.
    /// </summary>
    private const double LargestOverMedian = 10;

    private readonly IReadOnlyList<LinearPoint> points;
    private readonly IReadOnlyList<LinearPoint> heldOut;
    private readonly double[] values;
    private readonly double[] scales;

    private LinearFit(IReadOnlyList<LinearPoint> points, IReadOnlyList<LinearPoint> heldOut)
    {
        (this.points, this.heldOut) = (points, heldOut);
        values = [.. points.Select(p => p.Value)];
        scales = [.. points.Select(p => p.Device)];
    }

    /// <param name="points">The points to fit.</param>
    /// <param name="heldOut">The points that decide which slopes stay.</param>
    /// <param name="features">What the part may scale with.</param>
    public static LinearModel Of(IReadOnlyList<LinearPoint> points, IReadOnlyList<LinearPoint> heldOut, IReadOnlyList<ShapeFeature> features) =>
        new LinearFit(points, heldOut).Choose(features);

    private LinearModel Choose(IReadOnlyList<ShapeFeature> features)
    {
        var model = Fit([])!;
        var chosen = new List<(ShapeFeature Feature, double Without)>();
        while ((chosen.Count + 2) * PointsPerCoefficient <= points.Count)
        {
            var best = features.Except(chosen.Select(c => c.Feature))
                .Select(f => Fit([.. chosen, (f, model.HeldOutPercent)]))
                .OfType<LinearModel>()
                .MinBy(m => m.HeldOutPercent);
            if (best is null || !IsBetter(best, model))
                break;
            chosen.Add((ShapeFeature.Named(best.Slopes[^1].Feature), model.HeldOutPercent));
            model = best;
        }
        return model;
    }

    /// <returns>Null if the points cannot tell the features apart, or a slope is negative.</returns>
    private LinearModel? Fit(IReadOnlyList<(ShapeFeature Feature, double Without)> chosen)
    {
        // Scaled by the largest value, so that bytes and counts make a well-conditioned matrix.
        var units = chosen.Select(c => Math.Max(1, points.Max(p => c.Feature.Of(p.Model, p.Workload)))).ToArray();
        var rows = points.Select(p => (double[])[1, .. chosen.Select((c, i) => c.Feature.Of(p.Model, p.Workload) / units[i])]).ToArray();
        if (!RobustRegression.AreIndependent(rows))
            return null;
        var fit = RobustRegression.Fit(rows, values, scales);
        if (fit.Coefficients.Skip(1).Any(slope => slope < 0))
            return null;
        var model = new LinearModel
        {
            Constant = new(checked((long)Math.Round(fit.Coefficients[0]))),
            ConstantError = new(checked((long)Math.Round(fit.Errors[0]))),
            Slopes =
            [
                .. chosen.Select((c, i) => new Slope(
                    c.Feature.Name, c.Feature.Unit, fit.Coefficients[i + 1] / units[i], fit.Errors[i + 1] / units[i], c.Without)),
            ],
            Count = points.Count,
            Spread = fit.Scale,
            Outliers = fit.Rejected,
            Iterations = fit.Iterations,
            HeldOutPercent = 0,
        };
        return model with { HeldOutPercent = 100 * HeldOutErrors(model).Average() };
    }

    private bool IsBetter(LinearModel model, LinearModel than)
    {
        var cap = LargestOverMedian * HeldOutErrors(than).Median();
        double Capped(LinearModel m) => HeldOutErrors(m).Average(error => Math.Min(error, cap));

        const double Limit = 1 - LeastGain;
        return model.HeldOutPercent < than.HeldOutPercent &&
            (model.HeldOutPercent <= than.HeldOutPercent * Limit || Capped(model) <= Capped(than) * Limit);
    }

    private IEnumerable<double> HeldOutErrors(LinearModel model) =>
        heldOut.Select(p => Math.Abs(p.Value - model.Of(p.Model, p.Workload).Bytes) / p.Device);
}
