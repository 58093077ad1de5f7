using ScottPlot;
using SkiaSharp;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>A legend that wraps over as many rows as it needs.</summary>
internal sealed class LegendRow(IEnumerable<LegendEntry> entries)
{
    private const float Symbol = 16, Gap = 6, Between = 18, RowHeight = 19;

    private static readonly PageText Style = new(11.5f, LineColors.Text);

    /// <returns>The last row's baseline; the given one if there is nothing to draw.</returns>
    public float Draw(SKCanvas canvas, float left, float right, float baseline)
    {
        var x = left;
        foreach (var entry in entries)
        {
            var width = Symbol + Gap + Style.Width(entry.Text);
            if (x > left && x + width > right)
                (x, baseline) = (left, baseline + RowHeight);
            DrawSymbol(canvas, entry, x, baseline);
            Style.Draw(canvas, entry.Text, x + Symbol + Gap, baseline);
            x += width + Between;
        }
        return baseline;
    }

    private static void DrawSymbol(SKCanvas canvas, LegendEntry entry, float x, float baseline)
    {
        using var paint = new SKPaint { Color = entry.Color.ToSKColor(), IsAntialias = true };
        if (entry is { IsLine: true, Pattern: { } pattern })
        {
            using var dashes = pattern.GetPathEffect();
            (paint.PathEffect, paint.StrokeWidth) = (dashes, 1.8f);
            canvas.DrawLine(x, baseline - 4.1f, x + Symbol, baseline - 4.1f, paint);
        }
        else if (entry.IsLine || entry.Marker is null)
        {
            canvas.DrawRect(entry.IsLine ? new(x, baseline - 5, x + Symbol, baseline - 3.2f) : new SKRect(x, baseline - 10, x + Symbol, baseline + 1), paint);
        }
        if (entry.Marker is { } shape)
        {
            using var markPaint = Paint.NewDisposablePaint();
            EstimatorMarks.Style(shape, entry.Color, 8).Render(canvas, new Pixel(x + Symbol / 2, baseline - 4.1f), markPaint);
        }
    }
}
