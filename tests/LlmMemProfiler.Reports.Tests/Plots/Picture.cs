using ScottPlot;
using SkiaSharp;

namespace LlmMemProfiler.Reports.Tests.Plots;

/// <summary>A decoded PNG; rectangles are in page units, 960 by 600.</summary>
internal sealed class Picture
{
    /// <summary>Left of the margin with the predictions' names, below the legend.</summary>
    public static readonly SKRect Panels = new(80, 100, 760, 552);

    public static readonly SKRect LowerPanel = new(80, 350, 760, 552);

    public static readonly SKRect Title = new(0, 0, 960, 35);

    private readonly SKColor[] pixels;

    public Picture(byte[] png)
    {
        using var bitmap = SKBitmap.Decode(png);
        (Width, Height, pixels) = (bitmap.Width, bitmap.Height, bitmap.Pixels);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Pixels that have exactly this color.</summary>
    public int Count(Color color, SKRect? within = null) => Pixels(within).Count(p => p.Color == color.ToSKColor());

    /// <summary>Rows, in pixels, with at least one pixel of exactly this color.</summary>
    public int[] Rows(Color color, SKRect within) =>
        [.. Pixels(within).Where(p => p.Color == color.ToSKColor()).Select(p => p.Y).Distinct().Order()];

    public int CountDark(SKRect within) => Pixels(within).Count(p => p.Color.Red + p.Color.Green + p.Color.Blue < 250);

    /// <summary>Whether the outermost pixels are all white: nothing reaches the edge.</summary>
    public bool HasCleanEdge() => Pixels(null)
        .Where(p => p.X < 3 || p.Y < 3 || p.X >= Width - 3 || p.Y >= Height - 3)
        .All(p => p.Color == SKColors.White);

    private IEnumerable<(int X, int Y, SKColor Color)> Pixels(SKRect? within)
    {
        var (scale, area) = (Width / 960f, within ?? new SKRect(0, 0, 960, 600));
        for (var y = (int)(area.Top * scale); y < (int)(area.Bottom * scale); y++)
        {
            for (var x = (int)(area.Left * scale); x < (int)(area.Right * scale); x++)
                yield return (x, y, pixels[y * Width + x]);
        }
    }
}
