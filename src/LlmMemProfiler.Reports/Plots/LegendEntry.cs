using ScottPlot;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>What an area, a line or a mark of one color is.</summary>
internal sealed record LegendEntry(string Text, Color Color, bool IsLine)
{
    /// <summary>The line's dashes; null for a whole line.</summary>
    public LinePattern? Pattern { get; init; }

    /// <summary>The mark on the line, or alone; null for none.</summary>
    public MarkerShape? Marker { get; init; }
}
