using ScottPlot;
using SkiaSharp;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>Labels of predicted levels in the right margin of a panel, each with a leader line.</summary>
internal sealed class LevelMargin(MemoryPanel panel, PixelRect data)
{
    private const float Leader = 14, LineHeight = 13.5f, LabelHeight = 2 * LineHeight + 3;

    public void Draw(SKCanvas canvas)
    {
        var labels = panel.Labels.Select(label => (Label: label, Y: Height(label))).OrderBy(l => l.Y).ToArray();
        var centers = LabelSpread.Place(
            [.. labels.Select(l => (double)l.Y)], [.. labels.Select(_ => (double)LabelHeight)],
            data.Top - LabelHeight / 2, data.Bottom + LabelHeight / 2);
        foreach (var ((label, y), center) in labels.Zip(centers))
            Draw(canvas, label, y, (float)center);
    }

    private float Height(LevelLabel label) => data.Bottom - (float)(panel.Scale.Of(label.Drawn.Size) / panel.Top) * data.Height;

    private void Draw(SKCanvas canvas, LevelLabel label, float y, float center)
    {
        var color = LineColors.Of(label.Drawn.Estimator);
        using var line = new SKPaint { Color = color.ToSKColor(), IsAntialias = true, StrokeWidth = 1 };
        canvas.DrawLine(data.Right + 2, y, data.Right + Leader, center, line);

        var x = data.Right + Leader + 4;
        var room = MemoryPage.Width - x - 4;
        Text(new PageText(11, color, Bold: true), label.Names, center - 2);
        Text(new PageText(11, color), label.What, center - 2 + LineHeight);

        void Text(PageText style, string text, float baseline)
        {
            var (fitting, cut) = style.Fit(text, room);
            fitting.Draw(canvas, cut, x, baseline);
        }
    }
}
