using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using ScottPlot;
using SkiaSharp;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>Title, legend, and two labeled panels on a page of 960 by 600 units.</summary>
internal sealed class MemoryPage
{
    public const int Width = 960, Height = 600;

    private const float Left = 76, Right = 764, Margin = 14, Below = 48, Between = 34;

    private static readonly PageText TitleStyle = new(17, LineColors.Text, Bold: true);
    private static readonly PageText SubtitleStyle = new(12, LineColors.Quiet);
    private static readonly PageText HeadingStyle = new(12.5f, LineColors.Text, Bold: true);
    private static readonly PageText EmptyStyle = new(13, LineColors.Quiet);

    private readonly RunRecord run;
    private readonly RunCurves curves;
    private readonly MemoryPanel all, rest;

    public MemoryPage(RunRecord run)
    {
        PlotFont.Use();
        this.run = run;
        curves = RunCurves.Of(run.Timeline);
        IReadOnlyList<Part> owners = [.. Parts.All.Take(Parts.Owners)];
        all = new("All allocations", curves, owners, withDevice: true, [.. PredictedLevel.OfRun(run)]);
        rest = new(
            "Without weights", curves, [.. owners.Where(part => part != Part.Weights)], withDevice: false,
            [.. PredictedLevel.WithoutWeights(run)]);
    }

    public void Draw(SKCanvas canvas)
    {
        canvas.Clear(SKColors.White);
        DrawTitle(canvas);
        var top = new LegendRow(Entries()).Draw(canvas, Left, Width - Margin, 72) + 32;
        // The bottom panel is taller: it shows the small parts.
        var height = 0.45f * (Height - Below - Between - top);
        Draw(canvas, all, new(Left, Right, top + height, top), last: false);
        Draw(canvas, rest, new(Left, Right, Height - Below, top + height + Between), last: true);
    }

    private void DrawTitle(SKCanvas canvas)
    {
        var color = run.Status == RunStatus.Ok ? LineColors.Text : LineColors.Alarm;
        var (style, text) = (TitleStyle with { Color = color }).Fit(RunTitle.First(run), Width - 2 * Margin);
        style.Draw(canvas, text, Margin, 29);
        (style, text) = SubtitleStyle.Fit(RunTitle.Second(run), Width - 2 * Margin);
        style.Draw(canvas, text, Margin, 49);
    }

    private IEnumerable<LegendEntry> Entries()
    {
        foreach (var part in Parts.All.Take(Parts.Owners).Where(part => curves.Peak(part) > ByteSize.Zero))
            yield return new($"{part.Name()} {curves.Peak(part)}", PartColors.Of(part), IsLine: false);
        if (all.Device.Count > 0)
        {
            yield return new($"device ({run.DeviceLevel.Name()}) {all.Device.Max(d => d.Size)}", LineColors.Device, IsLine: true);
        }
    }

    private void Draw(SKCanvas canvas, MemoryPanel panel, PixelRect data, bool last)
    {
        using var plot = panel.Draw(data, !last ? null : run.Device.Kind == DeviceKind.Virtual ? "order of events; these seconds are no GPU's" : "seconds since the run's start");
        // ScottPlot draws twice if the limits changed since the last render; an SVG would keep both.
        using var dry = new SKNoDrawCanvas(Width, Height);
        var page = new PixelRect(0, Width, Height, 0);
        plot.Render(dry, page);
        plot.Render(canvas, page);

        HeadingStyle.Draw(canvas, panel.Heading, data.Left, data.Top - 7);
        new PhaseStrip(curves.Phases, curves.Start, panel.End).Draw(canvas, data);
        new LevelMargin(panel, data).Draw(canvas);
        if (panel.EmptyText is { } empty)
            EmptyStyle.DrawOnWhite(canvas, empty, data.HorizontalCenter, data.VerticalCenter);
    }
}
