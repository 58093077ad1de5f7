using System.Globalization;
using LlmMemProfiler.Reports.Considerations;
using LlmMemProfiler.Reports.Data;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>One figure per consideration of the guide, with its verdict, or a note that the records do not vary it.</summary>
internal static class ConsiderationFigures
{
    public static IReadOnlyList<Figure> Of(PointSeries series) =>
    [
        Slope([Consideration.Batch], series),
        Slope([Consideration.Prompt, Consideration.NewTokens], series),
        Names(Consideration.Quantization, series, withWeights: true),
        Names(Consideration.Attention, series, withWeights: false),
        Slope([Consideration.Chunk], series),
        Names(Consideration.Cache, series, withWeights: false),
    ];

    private static Figure Slope(IReadOnlyList<Consideration> axes, PointSeries series)
    {
        var found = axes.Select(axis => (Axis: axis, Ladders: Ladder.Find(axis, series.Points))).Where(f => f.Ladders.Count > 0)
            .OrderByDescending(f => f.Ladders[0].Rungs.Count).ToArray();
        if (found.Length == 0)
            return NotVaried(series, axes[0]);
        var (chosen, ladders) = found[0];
        var looks = new MachineLooks([.. ladders.SelectMany(l => l.Rungs)]);
        var longest = ByMachine(looks, ladders).ToArray();
        return new(
            series.Name(chosen.Name), series.Title(chosen.Title),
            [
                .. longest.Select(l => $"{looks.Prefix(l.Machine)}Verdict: {Answer.OfSlope(chosen, l.Ladders[0])}."),
                .. longest.Select(l => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{looks.Prefix(l.Machine)}{l.Ladders[0].Rungs.Count} points that differ only in this, starting at {l.Ladders[0].Rungs[0].Title}; the longest of {l.Ladders.Count:N0} such series in the records.")),
            ],
            SlopePanels.Legend(series, ladders[0]),
            [.. longest.SelectMany(l => SlopePanels.Of(series, chosen, l.Ladders[0]).Select(p => p with { Heading = looks.Prefix(l.Machine) + p.Heading }))])
        { PanelHeight = 300 };
    }

    private static Figure Names(Consideration axis, PointSeries series, bool withWeights)
    {
        var ladders = Ladder.Find(axis, series.Points);
        if (ladders.Count == 0)
            return NotVaried(series, axis);
        var looks = new MachineLooks([.. ladders.SelectMany(l => l.Rungs)]);
        var (panels, rows, notes, most) = (new List<Panel>(), new List<AccountRow>(), new List<string>(), 0);
        foreach (var (machine, own) in ByMachine(looks, ladders))
        {
            var panel = NamedBars.Of(axis, own, withWeights, out var drawn, out var shown);
            panels.Add(panel with { Heading = looks.Prefix(machine) + panel.Heading });
            rows.AddRange(drawn);
            most = Math.Max(most, drawn.Count);
            notes.Add($"{looks.Prefix(machine)}Verdict: {Answer.OfNames(axis, own, withWeights)}.");
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{shown} of {own.Count:N0} groups of points that differ only in this. Upper bar: {series.Word}; lower bar: predicted by the most detailed estimate."));
        }
        return new(series.Name(axis.Name), series.Title(axis.Title), notes, AccountRow.Legend(rows), panels) { Columns = 1, PanelHeight = Math.Max(120, 23 * most) };
    }

    /// <summary>Each machine with its own series, the best first.</summary>
    private static IEnumerable<(Machine Machine, IReadOnlyList<Ladder> Ladders)> ByMachine(MachineLooks looks, IReadOnlyList<Ladder> ladders) =>
        looks.Machines.Select(m => (m, (IReadOnlyList<Ladder>)[.. ladders.Where(l => l.Rungs[0].Machine == m)]));

    private static Figure NotVaried(PointSeries series, Consideration axis) => new(
        series.Name(axis.Name), series.Title(axis.Title), ["No two points in the records differ only in this; sweep this axis to see its effect."], [], [])
    { PanelHeight = 0 };
}
