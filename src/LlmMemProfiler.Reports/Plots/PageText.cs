using ScottPlot;
using SkiaSharp;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>A text style for the page itself, outside of the axes. What it measures and draws is <see cref="DrawableText"/>.</summary>
internal sealed record PageText(float Size, Color Color, bool Bold = false)
{
    public float Width(string text)
    {
        using var font = Font();
        return font.MeasureText(DrawableText.Of(text));
    }

    /// <summary>Draws on a baseline.</summary>
    public void Draw(SKCanvas canvas, string text, float x, float y, SKTextAlign align = SKTextAlign.Left)
    {
        using var font = Font();
        using var paint = new SKPaint { Color = Color.ToSKColor(), IsAntialias = true };
        canvas.DrawText(DrawableText.Of(text), x, y, align, font, paint);
    }

    /// <summary>Draws centered text on a white background.</summary>
    public void DrawOnWhite(SKCanvas canvas, string text, float center, float y)
    {
        using var ground = new SKPaint { Color = SKColors.White };
        var width = Width(text) + Size;
        canvas.DrawRect(center - width / 2, y - 1.1f * Size, width, 1.5f * Size, ground);
        Draw(canvas, text, center, y, SKTextAlign.Center);
    }

    /// <summary>Shrinks the text (to three quarters at most), then truncates it with '…', to fit the width.</summary>
    public (PageText Style, string Text) Fit(string text, float width)
    {
        text = DrawableText.Of(text);
        var style = this with { Size = Math.Clamp(Size * width / Math.Max(1, Width(text)), Size * 0.75f, Size) };
        if (style.Width(text) <= width)
            return (style, text);
        var length = text.Length;
        while (length > 0 && style.Width(text[..length].TrimEnd() + "…") > width)
            length--;
        return (style, text[..length].TrimEnd() + "…");
    }

    // Unhinted, so that spacing is the same at every scale; hinted advances are whole units, too coarse for SVG.
    private SKFont Font() => new(Bold ? PlotFont.Bold : PlotFont.Regular, Size)
    {
        Subpixel = true,
        LinearMetrics = true,
        Hinting = SKFontHinting.None,
        Edging = SKFontEdging.Antialias,
    };
}
