using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>
/// Memory over one run: allocated by part, device total, and predictions; below, the same without weights. A pure function of
/// the record; needs no installed font.
/// </summary>
public static class MemoryPlot
{
    /// <summary>PNG size in pixels; text stays readable at half the size.</summary>
    public const int Width = 1600, Height = 1000;

    /// <summary>The bytes of a PNG file.</summary>
    public static byte[] Png(RunRecord run) => Page(run).Png(Width, Height);

    /// <summary>A scalable SVG document; text is kept as text.</summary>
    public static string Svg(RunRecord run) => Page(run).Svg();

    private static PageDrawing Page(RunRecord run) => new(MemoryPage.Width, MemoryPage.Height, canvas => new MemoryPage(run).Draw(canvas));
}
