using System.Text;
using System.Xml.Linq;
using SkiaSharp;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>A drawable page, rendered to PNG or SVG. Sizes are in page units.</summary>
internal sealed record PageDrawing(int PageWidth, int PageHeight, Action<SKCanvas> Draw)
{
    /// <summary>A PNG file of the given size in pixels.</summary>
    public byte[] Png(int width, int height)
    {
        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        surface.Canvas.Scale((float)width / PageWidth, (float)height / PageHeight);
        Draw(surface.Canvas);
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    /// <summary>A scalable SVG document; text is kept as text.</summary>
    public string Svg()
    {
        using var bytes = new MemoryStream();
        // Disposing the canvas completes the document.
        using (var canvas = SKSvgCanvas.Create(SKRect.Create(PageWidth, PageHeight), bytes))
            Draw(canvas);

        var svg = XDocument.Parse(Encoding.UTF8.GetString(bytes.ToArray()), LoadOptions.PreserveWhitespace);
        svg.Root!.SetAttributeValue("viewBox", $"0 0 {PageWidth} {PageHeight}");
        foreach (var family in svg.Descendants().Attributes("font-family"))
            family.Value = PlotFont.SvgFamilies;
        return svg.ToString(SaveOptions.DisableFormatting);
    }
}
