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
    /// <param name="fromProfile">A profile's constant; null to fit the median of these points, for each machine its own.</param>
    public static Figure Of(IReadOnlyList<ReportPoint> points, ByteSize? fromProfile)
    {
        const string Name = "guide-constant", Title = "The guide's constant, before and after tuning";
        var looks = new MachineLooks(points);
        var tunings = looks.Machines.Select(m => Tuning.Of(m, [.. points.Where(p => p.Machine == m)], fromProfile)).OfType<Tuning>().ToArray();
        if (tunings.Length == 0)
            return new(Name, Title, ["No record has both a device total and the guide's estimate."], [], []) { PanelHeight = 0 };
        var notes = tunings
            .Select(t => $"{looks.Prefix(t.Machine)}Before: {GuideEstimator.Overhead.ToExactString()}; {Words(t.Before.Statistics()!)}. After: {t.Constant.ToExactString()}; {Words(t.After.Statistics()!)}.")
            .Append("Both use the same points; the constant is tuned on them unless it comes from a profile.").ToList();
        var (count, most) = (tunings.Sum(t => t.Before.Count), tunings.Max(t => t.Before.Count));
        if (most > Marks.Max)
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"Left: {tunings.Sum(t => Marks.Sample(t.Before).Count):N0} of {count:N0} points are drawn, evenly sampled; right: all."));
        var x = ValueAxis.OfBytes("measured device total", tunings.SelectMany(t => t.Before).Select(c => (double)c.Measured.Bytes));
        double[] errors = [0, .. tunings.SelectMany(t => t.Before.Concat(t.After)).Select(c => c.Percent)];
        var y = ValueAxis.OfPercent("error [%]", errors.Min(), errors.Max());
        var absolute = ValueAxis.OfPercent("absolute error [%]", 0, errors.Max(Math.Abs)) with { Low = 0 };
        var share = new ValueAxis("points within this error [%]", 0, 102, 1, v => v.ToString("G4", CultureInfo.InvariantCulture));
        return new(
            Name, Title, notes,
            [
                .. looks.AreSeveral ? tunings.Select(t => new LegendEntry(t.Machine.Name, MachineLooks.ColorOf(t.Machine), IsLine: false)) : [],
                new("before", looks.AreSeveral ? LineColors.Quiet : BeforeColor, IsLine: true) { Pattern = BeforeDashes, Marker = EstimatorMarks.Of(GuideEstimator.Name) },
                new("after", looks.AreSeveral ? LineColors.Quiet : AfterColor, IsLine: true) { Marker = MarkerShape.FilledCircle },
            ],
            [
                new("error by size", x, y, plot =>
                {
                    plot.AddLine([(x.Low, 0), (x.High, 0)], LineColors.PhaseBoundary, LinePattern.Solid, 1);
                    foreach (var t in tunings)
                    {
                        plot.AddMarks(Errors(t.Before), EstimatorMarks.Of(GuideEstimator.Name), ColorOf(t, BeforeColor));
                        plot.AddMarks(Errors(t.After), MarkerShape.FilledCircle, ColorOf(t, AfterColor), 6);
                    }
                }),
                new("share of points by error", absolute, share, plot =>
                {
                    foreach (var t in tunings)
                    {
                        plot.AddLine(Shares(t.Before), ColorOf(t, BeforeColor), BeforeDashes, 1.8f);
                        plot.AddLine(Shares(t.After), ColorOf(t, AfterColor), LinePattern.Solid, 1.8f);
                    }
                }),
            ])
        { PanelHeight = 300 };

        IEnumerable<(double, double)> Errors(IReadOnlyList<Prediction<ReportPoint>> all) => Marks.Sample(all).Select(c => (x.Of(c.Measured.Bytes), c.Percent));

        Color ColorOf(Tuning t, Color ofOne) => looks.AreSeveral ? MachineLooks.ColorOf(t.Machine) : ofOne;
    }

    /// <summary>One machine's points with the guide's own constant and with the tuned one.</summary>
    private sealed record Tuning(
        Machine Machine, ByteSize Constant, IReadOnlyList<Prediction<ReportPoint>> Before, IReadOnlyList<Prediction<ReportPoint>> After)
    {
        public static Tuning? Of(Machine machine, IReadOnlyList<ReportPoint> points, ByteSize? fromProfile)
        {
            var before = GuideConstant.Apply(points, GuideEstimator.Overhead);
            if (before.Count == 0)
                return null;
            var constant = fromProfile ?? GuideConstant.Fit(points).Value;
            return new(machine, constant, before, GuideConstant.Apply(points, constant));
        }
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
