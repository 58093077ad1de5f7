using System.Globalization;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Reports.Data;
using LlmMemProfiler.Reports.Plots;
using ScottPlot;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>Predicted against measured device total and tensor peak, for each estimator; of virtual GPUs, the reserved peak instead of the total.</summary>
internal static class PredictedAgainstMeasured
{
    /// <summary>The band holds this fraction of the best estimator's absolute errors.</summary>
    private const double Share = 0.95;

    public static Figure Of(PointSeries series)
    {
        var points = series.Points;
        var looks = new MachineLooks(points);
        var panels = new List<Panel>();
        var notes = new List<string>
        {
            series.IsVirtual
                ? "Predictions on the gray line equal what the real libtorch did on a virtual GPU; those below it are underestimates."
                : "Predictions on the gray line equal the measurement; those below it are underestimates.",
        };
        foreach (var quantity in series.Levels)
        {
            Prediction<ReportPoint>[] all = [.. quantity.Compare(points)];
            // Of several machines, one band would be over the errors of all of them.
            var drawn = looks.AreSeveral ? 0 : all.NarrowestBand(Share)?.Percent / 100 ?? 0;
            panels.Add(Panel(series, quantity, all, drawn, looks));
            foreach (var machine in looks.Machines)
            {
                if (all.Where(c => c.Point.Machine == machine).NarrowestBand(Share) is var (estimator, width))
                    notes.Add(string.Create(CultureInfo.InvariantCulture, $"{looks.Prefix(machine)}Band, {quantity.Name}: ±{width:0.###} % holds 95 % of the errors of {estimator}, the narrowest of all estimators."));
            }
            if (all.Length > Marks.Max)
                notes.Add(string.Create(CultureInfo.InvariantCulture, $"{quantity.Name}: {Marks.Max:N0} of {all.Length:N0} pairs are drawn, evenly sampled in record order; the band uses all."));
        }
        if (!series.IsVirtual && points.Any(p => p.Finest is { } e && AccuracyTable.ExcludesRuntime(e.Parts)))
            notes.Add("Without a profile, every estimator but the guide excludes the runtime from the device total, and lies below the line by that much.");
        return new(
            $"predicted-{series.Word}", $"Predicted against {series.Word}", notes,
            [.. looks.Legend(series), new("equal", LineColors.PhaseBoundary, IsLine: true)], panels);
    }

    /// <summary>All estimators in the points, in order of first appearance.</summary>
    public static IReadOnlyList<string> Names(IReadOnlyList<ReportPoint> points) =>
        [.. points.SelectMany(p => p.Estimates).Select(e => e.Estimator).Distinct().Take(8)];

    private static Panel Panel(PointSeries series, Quantity quantity, Prediction<ReportPoint>[] all, double share, MachineLooks looks)
    {
        var values = all.SelectMany(c => new double[] { c.Measured.Bytes, c.Predicted.Bytes }).Where(v => v > 0).ToArray();
        var (x, y) = (ValueAxis.OfBytes(series.Word, values), ValueAxis.OfBytes("predicted", values));
        return new(quantity.Name, x, y, Fill) { EmptyText = all.Length == 0 ? $"no {quantity.Name} was both {series.Verb} and predicted" : null };

        void Fill(Plot plot)
        {
            double[] ends = x.IsLog ? [Math.Pow(2, x.Low), Math.Pow(2, x.High)] : [0, x.High * x.Unit!.Value];
            (double X, double Y) At(double value, double factor) => (x.Of(value), y.Of(value * factor));
            if (share is > 0 and < 1)
            {
                var outline = new[] { At(ends[0], 1 - share), At(ends[1], 1 - share), At(ends[1], 1 + share), At(ends[0], 1 + share) };
                var area = plot.Add.Polygon([.. outline.Select(p => new Coordinates(p.X, p.Y))]);
                (area.FillColor, area.LineWidth) = (LineColors.Grid, 0);
            }
            plot.AddLine([At(ends[0], 1), At(ends[1], 1)], LineColors.PhaseBoundary, LinePattern.Solid, 1);
            foreach (var same in Marks.Sample(all).Where(c => c.Predicted.Bytes > 0).GroupBy(c => (c.Estimator, Color: looks.ColorOf(c))))
                plot.AddMarks(same.Select(c => (x.Of(c.Measured.Bytes), y.Of(c.Predicted.Bytes))), EstimatorMarks.Of(same.Key.Estimator), same.Key.Color);
        }
    }
}
