using ScottPlot;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>Legend entry for an area, line, or marker.</summary>
internal sealed record LegendEntry(string Text, Color Color, bool IsLine)
{
    /// <summary>The line's dashes; null for a solid line.</summary>
    public LinePattern? Pattern { get; init; }

    /// <summary>The marker, with or without a line; null for none.</summary>
    public MarkerShape? Marker { get; init; }
}
