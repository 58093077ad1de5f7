using System.Globalization;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Data;
using LlmMemProfiler.Reports.Plots;
using ScottPlot;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>Errors of the guide's device total with its own constant and with the tuned one.</summary>
internal static class GuideConstantFigure
{
    private static readonly Color BeforeColor = LineColors.Of(GuideEstimator.Name), AfterColor = Color.FromHex("#2F5578");

    private static readonly LinePattern BeforeDashes = LineColors.Pattern(GuideEstimator.Name);

    /// <param name="points">Points with status ok.</param>
    /// <param name="fromProfile">A profile's constant; null to fit the median of these points.</param>
    public static Figure Of(IReadOnlyList<ReportPoint> points, ByteSize? fromProfile)
    {
        const string Name = "guide-constant", Title = "The guide's constant, before and after tuning";
        var before = GuideConstant.Apply(points, GuideEstimator.Overhead);
        if (before.Count == 0)
            return new(Name, Title, ["No record has both a device total and the guide's estimate."], [], []) { PanelHeight = 0 };
        var tuned = fromProfile ?? GuideConstant.Fit(points).Value;
        var after = GuideConstant.Apply(points, tuned);
        var notes = new List<string>
        {
            $"Before: {GuideEstimator.Overhead.ToExactString()}; {Words(before.Statistics()!)}. After: {tuned.ToExactString()}; {Words(after.Statistics()!)}.",
            "Both use the same points; the constant is tuned on them unless it comes from a profile.",
        };
        if (before.Count > Marks.Max)
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"Left: {Marks.Max:N0} of {before.Count:N0} points are drawn, evenly sampled; right: all."));
        var x = ValueAxis.OfBytes("measured device total", before.Select(c => (double)c.Measured.Bytes));
        double[] errors = [0, .. before.Concat(after).Select(c => c.Percent)];
        var y = ValueAxis.OfPercent("error [%]", errors.Min(), errors.Max());
        var absolute = ValueAxis.OfPercent("absolute error [%]", 0, errors.Max(Math.Abs)) with { Low = 0 };
        var share = new ValueAxis("points within this error [%]", 0, 102, 1, v => v.ToString("G4", CultureInfo.InvariantCulture));
        return new(
            Name, Title, notes,
            [
                new("before", BeforeColor, IsLine: true) { Pattern = BeforeDashes, Marker = EstimatorMarks.Of(GuideEstimator.Name) },
                new("after", AfterColor, IsLine: true) { Marker = MarkerShape.FilledCircle },
            ],
            [
                new("error by size", x, y, plot =>
                {
                    plot.AddLine([(x.Low, 0), (x.High, 0)], LineColors.PhaseBoundary, LinePattern.Solid, 1);
                    plot.AddMarks(Errors(before), EstimatorMarks.Of(GuideEstimator.Name), BeforeColor);
                    plot.AddMarks(Errors(after), MarkerShape.FilledCircle, AfterColor, 6);
                }),
                new("share of points by error", absolute, share, plot =>
                {
                    plot.AddLine(Shares(before), BeforeColor, BeforeDashes, 1.8f);
                    plot.AddLine(Shares(after), AfterColor, LinePattern.Solid, 1.8f);
                }),
            ])
        { PanelHeight = 300 };

        IEnumerable<(double, double)> Errors(IReadOnlyList<Prediction<ReportPoint>> all) => Marks.Sample(all).Select(c => (x.Of(c.Measured.Bytes), c.Percent));
    }

    private static string Words(ErrorStatistics e) =>
        string.Create(CultureInfo.InvariantCulture, $"median {e.MedianPercent:F2} %, mean {e.MeanPercent:F2} %, largest {e.MaximumPercent:F2} %");

    private static IEnumerable<(double X, double Y)> Shares(IReadOnlyList<Prediction<ReportPoint>> all)
    {
        double[] sorted = [.. all.Select(c => Math.Abs(c.Percent)).Order()];
        // Quantiles instead of all points: finer steps would be invisible.
        var steps = Math.Min(sorted.Length, 500);
        yield return (0, 0);
        for (var i = 1; i <= steps; i++)
        {
            var place = (int)((long)i * sorted.Length / steps) - 1;
            yield return (sorted[place], 100.0 * (place + 1) / sorted.Length);
        }
    }
}
