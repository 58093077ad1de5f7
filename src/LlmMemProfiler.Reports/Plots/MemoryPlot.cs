using System.Text;
using System.Xml.Linq;
using LlmMemProfiler.Core.Records;
using SkiaSharp;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>
/// Memory over one run: what was allocated by part, what the device counted, and what was predicted; below, the same without
/// the weights. A pure function of the record; it needs no installed font.
/// </summary>
public static class MemoryPlot
{
    /// <summary>Pixels of the PNG. Its text is still readable at half the size.</summary>
    public const int Width = 1600, Height = 1000;

    /// <summary>The bytes of a PNG file.</summary>
    public static byte[] Png(RunRecord run)
    {
        using var surface = SKSurface.Create(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Premul));
        surface.Canvas.Scale((float)Width / MemoryPage.Width, (float)Height / MemoryPage.Height);
        new MemoryPage(run).Draw(surface.Canvas);
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    /// <summary>An SVG document with its text as text; it takes any size.</summary>
    public static string Svg(RunRecord run)
    {
        using var bytes = new MemoryStream();
        // The document is complete when its canvas is disposed of.
        using (var canvas = SKSvgCanvas.Create(SKRect.Create(MemoryPage.Width, MemoryPage.Height), bytes))
            new MemoryPage(run).Draw(canvas);

        var svg = XDocument.Parse(Encoding.UTF8.GetString(bytes.ToArray()), LoadOptions.PreserveWhitespace);
        svg.Root!.SetAttributeValue("viewBox", $"0 0 {MemoryPage.Width} {MemoryPage.Height}");
        foreach (var family in svg.Descendants().Attributes("font-family"))
            family.Value = PlotFont.SvgFamilies;
        return svg.ToString(SaveOptions.DisableFormatting);
    }
}
