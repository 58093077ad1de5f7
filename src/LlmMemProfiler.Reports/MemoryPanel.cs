using LlmMemProfiler.Core.Measurement;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using ScottPlot;

namespace LlmMemProfiler.Reports;

/// <summary>One panel of memory over time: chosen parts stacked, levels drawn in.</summary>
internal sealed class MemoryPanel(RunRecord record, IReadOnlyList<Part> parts) : IDisposable
{
    private readonly Plot plot = new();
    private readonly double unit = LargestOf(record, parts) >= 4 * ByteSize.GiB ? ByteSize.GiB : ByteSize.MiB;

    /// <summary>Without the weights there is nothing to see while they are loaded.</summary>
    private double Begin =>
        parts.Contains(Part.Weights) ? 0 : record.Timeline.Seconds.Where((_, i) => record.Timeline.Phase[i] == Phase.Load).DefaultIfEmpty(0).Max();

    private string UnitName => unit == ByteSize.GiB ? "GiB" : "MiB";

    /// <summary>Draws the panel into a rectangle of a canvas.</summary>
    public void Render(
        SkiaSharp.SKCanvas canvas, PixelRect place, string title,
        IEnumerable<Prediction> predictions, bool withDevice)
    {
        Stack();
        if (withDevice)
            AddDevice();
        foreach (var prediction in predictions)
            Add(prediction);
        MarkPhases();
        Dress(title);
        plot.Render(canvas, place);
    }

    public void Dispose() => plot.Dispose();

    /// <summary>Each moment stands for the interval before it, so the areas are stairs.</summary>
    private void Stack()
    {
        var timeline = record.Timeline;
        if (timeline.Seconds.Count == 0)
            return;
        var x = Stairs(timeline.Seconds, before: 0);
        var below = new double[x.Length];
        foreach (var part in parts)
        {
            var levels = timeline.Allocated.Select(a => (a[part]?.Bytes ?? 0) / unit).ToArray();
            if (levels.All(l => l == 0))
                continue;
            var stairs = Stairs(levels, before: levels[0]);
            // The level of an interval holds from its beginning on.
            for (var i = 0; i < levels.Length; i++)
                stairs[2 * i] = stairs[(2 * i) + 1] = levels[i];
            var above = below.Zip(stairs, (a, b) => a + b).ToArray();
            var area = plot.Add.FillY(x, below, above);
            area.FillColor = PartColours.Of(part);
            area.LineWidth = 0;
            area.MarkerSize = 0;
            area.LegendText = part.Name();
            below = above;
        }
    }

    private void AddDevice()
    {
        var known = record.Timeline.Seconds.Zip(record.Timeline.Device).Where(p => p.Second is not null).ToList();
        if (known.Count == 0)
            return;
        var line = plot.Add.ScatterLine(
            known.Select(p => p.First).ToArray(), known.Select(p => p.Second!.Value.Bytes / unit).ToArray(), PartColours.Device);
        line.LineWidth = 3;
        line.LegendText = record.Device.Kind == "cpu" ? "process (resident set)" : "process (driver)";
    }

    private void Add(Prediction prediction)
    {
        var pattern = prediction.IsTotal ? LinePattern.Dashed : LinePattern.Dotted;
        var line = plot.Add.HorizontalLine(prediction.Size.Bytes / unit, 3, PartColours.OfEstimator(prediction.Estimator), pattern);
        line.LegendText = $"{prediction.Text}: {prediction.Size}";
        line.EnableAutoscale = true;
    }

    private void MarkPhases()
    {
        var timeline = record.Timeline;
        for (var i = 0; i < timeline.Seconds.Count; i++)
        {
            if (i > 0 && timeline.Phase[i] == timeline.Phase[i - 1])
                continue;
            var at = i == 0 ? 0 : timeline.Seconds[i - 1];
            if (at < Begin)
                continue;
            var line = plot.Add.VerticalLine(at, 1, Colors.Gray, LinePattern.Solid);
            line.LabelText = timeline.Phase[i].Name();
            line.LabelOppositeAxis = true;
            line.LabelFontSize = 17;
            line.LabelFontColor = Color.FromHex("#444444");
            line.LabelBackgroundColor = Colors.Transparent;
            line.LabelAlignment = Alignment.LowerLeft;
            line.ExcludeFromLegend = true;
        }
    }

    private void Dress(string title)
    {
        // Two panels share one canvas.
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        plot.Font.Set(PlotFont.Name);
        plot.Title(title, 22);
        plot.XLabel("seconds since the run began", 18);
        plot.YLabel(UnitName, 18);
        foreach (var axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left])
        {
            axis.Label.Bold = false;
            axis.TickLabelStyle.FontSize = 17;
        }
        plot.Axes.Title.Label.Bold = false;
        // Room for the names of the phases between title and data.
        plot.Axes.Top.MinimumSize = 34;
        plot.Axes.Left.MinimumSize = 110;
        plot.Grid.MajorLineColor = Color.FromHex("#e6e6e6");
        if (record.Timeline.Seconds.Count == 0)
        {
            plot.Axes.SetLimits(0, 1, 0, 1);
            var text = plot.Add.Text("nothing was measured", 0.5, 0.5);
            text.LabelFontSize = 24;
            text.LabelAlignment = Alignment.MiddleCenter;
            return;
        }
        plot.Axes.AutoScale();
        plot.Axes.SetLimitsX(Begin, Math.Max(record.Timeline.Seconds[^1], Begin + 1e-3));
        plot.Axes.SetLimitsY(0, Math.Max(plot.Axes.GetLimits().Top, 1e-6));
        var panel = plot.ShowLegend(Edge.Right);
        panel.MinimumSize = panel.MaximumSize = 430;
        panel.Alignment = Alignment.UpperLeft;
        panel.Legend.OutlineWidth = 0;
        panel.Legend.ShadowColor = Colors.Transparent;
        panel.Legend.BackgroundColor = Colors.White;
        panel.Legend.FontSize = 17;
        panel.Legend.SymbolWidth = 34;
    }

    private static double LargestOf(RunRecord record, IReadOnlyList<Part> parts) =>
        record.Timeline.Allocated.Select(a => parts.Sum(p => a[p]?.Bytes ?? 0)).DefaultIfEmpty(0).Max();

    private static double[] Stairs(IReadOnlyList<double> values, double before)
    {
        var stairs = new double[2 * values.Count];
        for (var i = 0; i < values.Count; i++)
        {
            stairs[2 * i] = i == 0 ? before : values[i - 1];
            stairs[(2 * i) + 1] = values[i];
        }
        return stairs;
    }
}

/// <summary>A level to draw in.</summary>
/// <param name="Estimator">Whose colour it has.</param>
/// <param name="Text">For the legend.</param>
/// <param name="Size">Where it stands.</param>
/// <param name="IsTotal">A total, dashed; else a level of tensors, dotted.</param>
internal sealed record Prediction(string Estimator, string Text, ByteSize Size, bool IsTotal);
