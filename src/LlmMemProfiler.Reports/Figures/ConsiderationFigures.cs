using System.Globalization;
using LlmMemProfiler.Reports.Considerations;
using LlmMemProfiler.Reports.Data;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>One figure for each of the guide's considerations, with its verdict; or the word that the records do not vary it.</summary>
internal static class ConsiderationFigures
{
    public static IReadOnlyList<Figure> Of(IReadOnlyList<ReportPoint> points) =>
    [
        Slope([Consideration.Batch], points),
        Slope([Consideration.Prompt, Consideration.NewTokens], points),
        Names(Consideration.Quantization, points, withWeights: true),
        Names(Consideration.Attention, points, withWeights: false),
        Slope([Consideration.Chunk], points),
        Names(Consideration.Cache, points, withWeights: false),
    ];

    private static Figure Slope(IReadOnlyList<Consideration> axes, IReadOnlyList<ReportPoint> points)
    {
        var found = axes.Select(axis => (Axis: axis, Ladders: Ladder.Find(axis, points))).Where(f => f.Ladders.Count > 0)
            .OrderByDescending(f => f.Ladders[0].Rungs.Count).ToArray();
        if (found.Length == 0)
            return NotVaried(axes[0]);
        var (chosen, ladders) = found[0];
        var ladder = ladders[0];
        return new(
            chosen.Name, chosen.Title,
            [
                $"Verdict: {Verdict.OfSlope(chosen, ladder)}.",
                string.Create(CultureInfo.InvariantCulture, $"{ladder.Rungs.Count} points that differ in nothing else, the first of them {ladder.Rungs[0].Title}; the longest of {ladders.Count:N0} such rows in the records."),
            ],
            SlopePanels.Legend(ladder), SlopePanels.Of(chosen, ladder))
        { PanelHeight = 300 };
    }

    private static Figure Names(Consideration axis, IReadOnlyList<ReportPoint> points, bool withWeights)
    {
        var ladders = Ladder.Find(axis, points);
        if (ladders.Count == 0)
            return NotVaried(axis);
        var panel = NamedBars.Of(axis, ladders, withWeights, out var rows, out var shown);
        return new(
            axis.Name, axis.Title,
            [
                $"Verdict: {Verdict.OfNames(axis, ladders, withWeights)}.",
                string.Create(CultureInfo.InvariantCulture, $"{shown} of {ladders.Count:N0} groups of points that differ in nothing else. Upper bar: measured; lower bar: predicted by the finest estimate."),
            ],
            AccountRow.Legend(rows), [panel])
        { Columns = 1, PanelHeight = Math.Max(120, 23 * rows.Count) };
    }

    private static Figure NotVaried(Consideration axis) => new(
        axis.Name, axis.Title, [$"The records hold no two points that differ in the {axis.Name} alone; sweep that axis to see it."], [], [])
    { PanelHeight = 0 };
}
