using System.Globalization;
using LlmMemProfiler.Reports.Considerations;
using LlmMemProfiler.Reports.Data;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>One figure per consideration of the guide, with its verdict, or a note that the records do not vary it.</summary>
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
                string.Create(CultureInfo.InvariantCulture, $"{ladder.Rungs.Count} points that differ only in this, starting at {ladder.Rungs[0].Title}; the longest of {ladders.Count:N0} such series in the records."),
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
                string.Create(CultureInfo.InvariantCulture, $"{shown} of {ladders.Count:N0} groups of points that differ only in this. Upper bar: measured; lower bar: predicted by the most detailed estimate."),
            ],
            AccountRow.Legend(rows), [panel])
        { Columns = 1, PanelHeight = Math.Max(120, 23 * rows.Count) };
    }

    private static Figure NotVaried(Consideration axis) => new(
        axis.Name, axis.Title, ["No two points in the records differ only in this; sweep this axis to see its effect."], [], [])
    { PanelHeight = 0 };
}
