using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;
using ScottPlot;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>One plot: parts stacked over time, optionally the device level, and predictions.</summary>
internal sealed class MemoryPanel
{
    /// <summary>Fraction of the axis for lines and areas; phase names go above.</summary>
    private const double Filled = 0.86;

    /// <summary>Margin after the last sample, as a fraction of the time, so that a single point is not clipped.</summary>
    private const double EndMargin = 0.008;

    private readonly RunCurves curves;

    private readonly IReadOnlyList<Part> parts;

    public MemoryPanel(
        string heading, RunCurves curves, IReadOnlyList<Part> parts, bool withDevice, IReadOnlyList<PredictedLevel> predicted)
    {
        this.curves = curves;
        this.parts = [.. parts.Where(part => curves.Peak(part) > ByteSize.Zero)];
        Heading = heading;
        Device = withDevice ? curves.Device : [];

        var top = predicted.Select(level => level.Size).Concat(Device.Select(d => d.Size))
            .Append(curves.Peak(parts)).Append(new(1)).Max();
        Scale = SizeScale.For(top.Bytes);
        Top = Scale.Of(top) / Filled;
        Labels = LevelLabel.Group(predicted, Top * Scale.Bytes, Scale);
    }

    public string Heading { get; }

    public SizeScale Scale { get; }

    /// <summary>High end of the axis, in the scale's unit; the low end is 0.</summary>
    public double Top { get; }

    /// <summary>Right end of the axis, in seconds.</summary>
    public double End => curves.End + EndMargin * (curves.End - curves.Start);

    public IReadOnlyList<LevelLabel> Labels { get; }

    public IReadOnlyList<(double Seconds, ByteSize Size)> Device { get; }

    /// <summary>Text to show if nothing was measured for this panel; null if something was.</summary>
    public string? EmptyText =>
        parts.Count > 0 || Device.Count > 0 ? null
        : curves.IsEmpty ? "nothing was recorded over time"
        : curves.Peak(Part.Weights) > ByteSize.Zero ? "nothing but weights was allocated"
        : "no allocations observed";

    /// <param name="data">Data area on the page.</param>
    /// <param name="time">Name of the time axis; null for none: stacked panels leave it to the bottom one.</param>
    public Plot Draw(PixelRect data, string? time)
    {
        var plot = new Plot();
        plot.FigureBackground.Color = Colors.Transparent;
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        plot.Layout.Fixed(data);
        plot.Axes.SetLimits(curves.Start, End, 0, Top);
        PanelAxes.Style(plot, Scale.Name, curves.IsEmpty ? null : time, curves.IsEmpty);
        plot.Legend.IsVisible = false;

        AddStack(plot);
        foreach (var boundary in curves.Phases.Skip(1))
            plot.Add.VerticalLine(boundary.From, 1, LineColors.PhaseBoundary, LinePattern.Solid).Maximum = Top * Filled;
        AddDevice(plot);
        foreach (var label in Labels)
            AddLevel(plot, label.Drawn);
        return plot;
    }

    // From the top of the stack down, each area reaches to zero and the next covers it: no seams.
    private void AddStack(Plot plot)
    {
        for (var count = parts.Count; count > 0; count--)
        {
            var below = parts.Take(count).ToArray();
            var outline = curves.Intervals
                .Select(interval => (interval.From, interval.To, Level: Scale.Of(RunCurves.Sum(interval, below))))
                .SelectMany(s => new Coordinates[] { new(s.From, s.Level), new(s.To, s.Level) });
            var area = plot.Add.Polygon([new(curves.Start, 0), .. outline, new(curves.End, 0)]);
            area.FillColor = PartColors.Of(below[^1]);
            area.LineWidth = 0;
            // Edges are axis-aligned; antialiased, they would show a rim of the color beneath.
            area.FillStyle.AntiAlias = false;
        }
    }

    private void AddDevice(Plot plot)
    {
        if (Device.Count == 0)
            return;
        var line = plot.Add.Scatter(
            Device.Select(d => d.Seconds).ToArray(), Device.Select(d => Scale.Of(d.Size)).ToArray(), LineColors.Device);
        line.LineWidth = 1.8f;
        line.MarkerSize = Device.Count == 1 ? 6 : 0;
    }

    private void AddLevel(Plot plot, PredictedLevel level)
    {
        var y = Scale.Of(level.Size);
        // The light line underneath keeps dashes visible on dark areas.
        plot.Add.HorizontalLine(y, 2.5f, Colors.White.WithAlpha(0.5), LinePattern.Solid);
        plot.Add.HorizontalLine(y, 1.5f, LineColors.Of(level.Estimator), LineColors.Pattern(level.Estimator));
    }
}
