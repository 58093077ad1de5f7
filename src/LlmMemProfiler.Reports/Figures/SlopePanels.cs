using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Reports.Considerations;
using LlmMemProfiler.Reports.Data;
using LlmMemProfiler.Reports.Plots;
using ScottPlot;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>Memory along a numeric axis: tensors without weights, and the device total or, of virtual GPUs, the reserved peak.</summary>
internal static class SlopePanels
{
    public static IReadOnlyList<LegendEntry> Legend(PointSeries series, Ladder ladder) =>
    [
        new(series.Word, LineColors.Device, IsLine: false) { Marker = EstimatorMarks.Measured },
        .. ladder.Rungs.Count < LeastSquaresLine.FewestValues ? (LegendEntry[])[] : [new($"fit to {series.Word}", LineColors.Device, IsLine: true)],
        .. PredictedAgainstMeasured.Names(ladder.Rungs).Select(EstimatorMarks.Entry),
    ];

    public static IReadOnlyList<Panel> Of(PointSeries series, Consideration axis, Ladder ladder) =>
    [
        Panel(series, axis, ladder, Quantity.WithoutWeights, fromZero: true),
        Panel(series, axis, ladder, series.Highest, fromZero: false),
    ];

    private static Panel Panel(PointSeries series, Consideration axis, Ladder ladder, Quantity quantity, bool fromZero)
    {
        var levels = Levels(axis, ladder.Rungs, p => quantity.Measured(p.Measured)?.Bytes);
        var lines = ladder.Rungs
            .SelectMany(p => p.Estimates.Select(e => (e.Estimator, Point: p, Bytes: quantity.Predicted(e)?.Bytes)))
            .Where(l => l.Bytes is not null)
            .GroupBy(l => l.Estimator, l => (X: axis.Number(l.Point.Workload), Y: (double)l.Bytes!.Value))
            .ToArray();
        var x = ValueAxis.OfPercent(axis.Axis, axis.Number(ladder.Rungs[0].Workload), axis.Number(ladder.Rungs[^1].Workload));
        // Always linear: a straight line must look straight.
        var y = ValueAxis.OfBytes("memory", levels.Concat(lines.SelectMany(l => l)).Select(l => l.Y), fromZero || levels.Count > 0);
        return new(quantity.Name, x, y, Fill) { EmptyText = levels.Count == 0 ? $"not {series.Verb}" : null };

        void Fill(Plot plot)
        {
            if (LeastSquaresLine.Of(levels) is { } fit)
            {
                double[] ends = [levels[0].X, levels[^1].X];
                plot.AddLine(ends.Select(e => (e, y.Of(fit.Intercept + fit.Slope * e))), LineColors.Device, LinePattern.Solid, 1);
            }
            plot.AddMarks(levels.Select(l => (l.X, y.Of(l.Y))), EstimatorMarks.Measured, LineColors.Device, 10);
            foreach (var line in lines)
            {
                plot.AddLine(line.Select(l => (l.X, y.Of(l.Y))), LineColors.Of(line.Key), LineColors.Pattern(line.Key), 1.2f);
                // A white rim sets a marker apart from the measured one beneath it.
                plot.AddMarks(line.Select(l => (l.X, y.Of(l.Y))), MarkerShape.FilledCircle, Colors.White, 8.5f);
                plot.AddMarks(line.Select(l => (l.X, y.Of(l.Y))), EstimatorMarks.Of(line.Key), LineColors.Of(line.Key), 6);
            }
        }
    }

    private static IReadOnlyList<(double X, double Y)> Levels(Consideration axis, IReadOnlyList<ReportPoint> points, Func<ReportPoint, long?> bytes) =>
        [.. points.Where(p => bytes(p) is not null).Select(p => (axis.Number(p.Workload), (double)bytes(p)!.Value))];
}
