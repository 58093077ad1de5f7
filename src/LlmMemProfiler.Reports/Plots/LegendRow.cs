using ScottPlot;
using SkiaSharp;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>What an area or a line of one colour is.</summary>
internal sealed record LegendEntry(string Text, Color Colour, bool IsLine);

/// <summary>A legend in one row, or in more where one is too short.</summary>
internal sealed class LegendRow(IEnumerable<LegendEntry> entries)
{
    private const float Symbol = 16, Gap = 6, Between = 18, RowHeight = 19;

    private static readonly PageText Style = new(11.5f, LineColours.Text);

    /// <returns>The lowest row's baseline; the given one if there is nothing to draw.</returns>
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
        using var paint = new SKPaint { Color = entry.Colour.ToSKColor(), IsAntialias = true };
        var symbol = entry.IsLine
            ? new SKRect(x, baseline - 5, x + Symbol, baseline - 3.2f)
            : new SKRect(x, baseline - 10, x + Symbol, baseline + 1);
        canvas.DrawRect(symbol, paint);
    }
}
