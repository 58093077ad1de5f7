using LlmMemProfiler.Reports.Plots;
using ScottPlot;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>Adds markers and lines to a plot in the report's style.</summary>
internal static class Marks
{
    /// <summary>More markers would make a figure slower, but not clearer.</summary>
    public const int Max = 1_500;

    /// <summary>An even sample of at most <see cref="Max"/> values, first and last included.</summary>
    public static IReadOnlyList<T> Sample<T>(IReadOnlyList<T> all)
    {
        if (all.Count <= Max)
            return all;
        return [.. Enumerable.Range(0, Max).Select(i => all[(int)((long)i * (all.Count - 1) / (Max - 1))])];
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
        // ScottPlot reuses one paint, so a later fill would inherit the dashes; a solid line of zero length resets it.
        if (pattern.Intervals.Length > 0)
            plot.Add.Line(coordinates[0].X, coordinates[0].Y, coordinates[0].X, coordinates[0].Y).LineWidth = width;
    }
}
