using LlmMemProfiler.Core.Records;

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
    public static byte[] Png(RunRecord run) => Page(run).Png(Width, Height);

    /// <summary>An SVG document with its text as text; it takes any size.</summary>
    public static string Svg(RunRecord run) => Page(run).Svg();

    private static PageDrawing Page(RunRecord run) => new(MemoryPage.Width, MemoryPage.Height, canvas => new MemoryPage(run).Draw(canvas));
}
