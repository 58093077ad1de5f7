using LlmMemProfiler.Reports.Plots;
using ScottPlot;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>Adds marks and lines to a plot, in the report's style.</summary>
internal static class Marks
{
    /// <summary>More marks than this make a picture slower, and no clearer.</summary>
    public const int Most = 1_500;

    /// <summary>Every n-th of the values, so that at most <see cref="Most"/> remain; the last one is among them.</summary>
    public static IReadOnlyList<T> Sample<T>(IReadOnlyList<T> all)
    {
        if (all.Count <= Most)
            return all;
        return [.. Enumerable.Range(0, Most).Select(i => all[(int)((long)i * (all.Count - 1) / (Most - 1))])];
    }

    public static void AddMarks(this Plot plot, IEnumerable<(double X, double Y)> points, MarkerShape shape, Color color, float size = 7)
    {
        var coordinates = points.Select(p => new Coordinates(p.X, p.Y)).ToArray();
        if (coordinates.Length > 0)
            plot.Add.Markers(coordinates).MarkerStyle = EstimatorMarks.Style(shape, color, size);
    }

    public static void AddLine(this Plot plot, IEnumerable<(double X, double Y)> points, Color color, LinePattern pattern, float width = 1.5f)
    {
        var coordinates = points.Select(p => new Coordinates(p.X, p.Y)).ToArray();
        if (coordinates.Length == 0)
            return;
        var line = plot.Add.ScatterLine(coordinates, color);
        line.LineWidth = width;
        line.LinePattern = pattern;
        // ScottPlot has one paint for all; a fill that follows would still have the dashes. A whole line of no length takes them away.
        if (pattern.Intervals.Length > 0)
            plot.Add.Line(coordinates[0].X, coordinates[0].Y, coordinates[0].X, coordinates[0].Y).LineWidth = width;
    }
}
