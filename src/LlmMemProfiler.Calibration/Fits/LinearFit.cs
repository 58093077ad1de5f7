using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Calibration.Fits;

/// <summary>One point to fit.</summary>
/// <param name="Model">The model.</param>
/// <param name="Workload">The workload.</param>
/// <param name="Value">The part, in bytes.</param>
/// <param name="Device">The device total: errors are relative to it.</param>
internal sealed record LinearPoint(ModelFacts Model, WorkloadFacts Workload, double Value, double Device);

/// <summary>
/// Fits a part over the features that the points can distinguish. Slopes are never negative: using more memory does not leave
/// less behind, and a line with such a slope only trades one feature for another and fails to extrapolate.
/// </summary>
internal static class LinearFit
{
    /// <summary>Points needed per coefficient.</summary>
    private const int PointsPerCoefficient = 4;

    public static LinearModel Of(IReadOnlyList<LinearPoint> points, IReadOnlyList<ShapeFeature> features)
    {
        // Scaled by the largest value, so that bytes and counts make a well-conditioned matrix.
        var units = features.Select(f => Math.Max(1, points.Max(p => f.Of(p.Model, p.Workload)))).ToArray();
        var rows = points
            .Select(p => (double[])[1, .. features.Select((f, i) => f.Of(p.Model, p.Workload) / units[i])])
            .ToArray();
        var values = points.Select(p => p.Value).ToArray();
        var scales = points.Select(p => p.Device).ToArray();

        List<int> columns = [.. RobustRegression.Independent(rows, Math.Max(1, points.Count / PointsPerCoefficient))];
        while (true)
        {
            var fit = RobustRegression.Fit([.. rows.Select(r => columns.Select(c => r[c]).ToArray())], values, scales);
            var lowest = Enumerable.Range(1, columns.Count - 1).DefaultIfEmpty(0).MinBy(i => fit.Coefficients[i]);
            if (lowest == 0 || fit.Coefficients[lowest] >= 0)
                return Model(fit, [.. columns.Skip(1).Select(c => features[c - 1])], [.. columns.Skip(1).Select(c => units[c - 1])], points.Count);
            columns.RemoveAt(lowest);
        }
    }

    private static LinearModel Model(RobustFit fit, List<ShapeFeature> features, double[] units, int count) => new()
    {
        Constant = new(checked((long)Math.Round(fit.Coefficients[0]))),
        ConstantError = new(checked((long)Math.Round(fit.Errors[0]))),
        Slopes = [.. features.Select((f, i) => new Slope(f.Name, f.Unit, fit.Coefficients[i + 1] / units[i], fit.Errors[i + 1] / units[i]))],
        Count = count,
        Spread = fit.Scale,
        Outliers = fit.Rejected,
        Iterations = fit.Iterations,
    };
}
