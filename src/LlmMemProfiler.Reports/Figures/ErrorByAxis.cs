using System.Globalization;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Reports.Data;
using LlmMemProfiler.Reports.Plots;
using ScottPlot;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>Error by model size, batch, and length, for the device total (of virtual GPUs, the reserved peak) and the tensor peak.</summary>
internal static class ErrorByAxis
{
    /// <summary>In percent; larger errors are drawn at this limit.</summary>
    private const double Limit = 150;

    private static readonly (string Name, Func<ReportPoint, double> Value)[] Axes =
    [
        ("parameters", p => p.Model.Parameters),
        ("batch [sequences]", p => p.Workload.Batch),
        ("length [tokens]", p => p.Length),
    ];

    public static Figure Of(PointSeries series)
    {
        var points = series.Points;
        var notes = new List<string> { $"Error = (predicted − {series.Word}) / {series.Word}; negative errors are underestimates." };
        var looks = new MachineLooks(points);
        var panels = new List<Panel>();
        foreach (var quantity in series.Levels)
        {
            Prediction<ReportPoint>[] all = [.. quantity.Compare(points)];
            var beyond = all.Count(c => Math.Abs(c.Percent) > Limit);
            if (beyond > 0)
                notes.Add(string.Create(CultureInfo.InvariantCulture, $"{quantity.Name}: {beyond:N0} errors beyond ±{Limit} % are drawn at the limit."));
            var drawn = Marks.Sample(all);
            if (drawn.Count < all.Length)
                notes.Add(string.Create(CultureInfo.InvariantCulture, $"{quantity.Name}: {drawn.Count:N0} of {all.Length:N0} pairs are drawn, evenly sampled."));
            panels.AddRange(Axes.Select(axis => Panel(series, quantity, axis.Name, axis.Value, all, drawn, looks)));
        }
        return new(
            series.Name("error-by-axis"), series.Title("Error by model size, batch, and length"), notes,
            looks.Legend(series), panels)
        { Columns = 3, PanelHeight = 210 };
    }

    private static Panel Panel(
        PointSeries series, Quantity quantity, string name, Func<ReportPoint, double> value, Prediction<ReportPoint>[] all, IReadOnlyList<Prediction<ReportPoint>> drawn, MachineLooks looks)
    {
        var x = ValueAxis.OfCounts(name, all.Select(c => value(c.Point)));
        double[] errors = [0, .. all.Select(Shown)];
        var y = ValueAxis.OfPercent("error [%]", Math.Min(errors.Min(), -1), Math.Max(errors.Max(), 1));
        return new(quantity.Name, x, y, Fill) { EmptyText = all.Length == 0 ? $"not both {series.Verb} and predicted" : null };

        void Fill(Plot plot)
        {
            plot.AddLine([(x.Low, 0), (x.High, 0)], LineColors.PhaseBoundary, LinePattern.Solid, 1);
            foreach (var same in drawn.GroupBy(c => (c.Estimator, Color: looks.ColorOf(c))))
            {
                plot.AddMarks(
                    same.Select(c => (x.Of(value(c.Point)), Shown(c))), EstimatorMarks.Of(same.Key.Estimator), same.Key.Color, 6);
            }
        }
    }

    private static double Shown(Prediction<ReportPoint> prediction) => Math.Clamp(prediction.Percent, -Limit, Limit);
}
