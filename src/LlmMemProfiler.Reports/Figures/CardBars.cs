using System.Globalization;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Data;
using LlmMemProfiler.Reports.Plots;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>What selected points take of a card: what libtorch reserved on a virtual GPU, by part, and what the card takes besides, named with its source.</summary>
internal static class CardBars
{
    private const int MaxPoints = 10;

    /// <param name="points">Points of virtual GPUs with status ok.</param>
    public static Figure Of(IReadOnlyList<ReportPoint> points)
    {
        ReportPoint[] complete = [.. points.Where(p => p.Measured.ReservedPeak is { Bytes: > 0 })];
        var looks = new MachineLooks(complete);
        var most = looks.AreSeveral ? Math.Max(2, MaxPoints / looks.Machines.Count) : MaxPoints;
        var chosen = looks.Machines.Select(m => (Machine: m, Points: Spread.BySize([.. complete.Where(p => p.Machine == m)], p => p.Measured.ReservedPeak, most))).ToArray();
        var groups = chosen.Select(c => (c.Machine, c.Points[0].Device, Groups: c.Points.Select(p => (p.Title, Bars(p))).ToArray())).ToArray();
        var rows = groups.SelectMany(g => g.Groups).SelectMany(g => g.Item2).ToArray();
        var drawn = groups.Select(g => g.Groups.Length).DefaultIfEmpty(0).Max();
        var x = ValueAxis.OfPercent("share of the total [%]", 0, 100);
        string[] notes =
        [
            string.Create(CultureInfo.InvariantCulture, $"{chosen.Sum(c => c.Points.Count)} of {complete.Length:N0} points, evenly spread by size: what libtorch reserved, by part at the allocated peak."),
            .. chosen.SelectMany(c => c.Points.Select(p => looks.Prefix(c.Machine) + Besides(p))).Distinct(),
        ];
        Panel[] panels = groups.Length == 0
            ? [AccountRow.Panel("", x, []) with { EmptyText = "no reserved peak was seen" }]
            : [.. groups.Select(g => AccountRow.Panel($"{(looks.AreSeveral ? g.Machine.Name : PlainText.Cut(g.Device.Name, 40))}, {g.Device.Total?.ToString() ?? "unknown memory"}", x, g.Groups, drawn))];
        return new("card-virtual", "Memory by part, and what the card takes besides (virtual)", notes, Legend(rows), panels)
        {
            Columns = 1,
            PanelHeight = Math.Max(60, 30 * drawn),
        };
    }

    /// <summary>The allocator's parts were seen, the others were not.</summary>
    private static IReadOnlyList<LegendEntry> Legend(IReadOnlyList<AccountRow> rows)
    {
        var besides = Parts.All.Where(part => part > Part.Slack).Select(part => part.Name()).ToHashSet();
        return [.. AccountRow.Legend(rows).Select(e => besides.Contains(e.Text) ? e with { Text = $"{e.Text}, not seen" } : e)];
    }

    private static IReadOnlyList<AccountRow> Bars(ReportPoint point)
    {
        var reserved = point.Measured.ReservedPeak!.Value;
        var whole = point.Overhead is { } overhead ? point.Measured.Parts.With(overhead.Parts.Known) : point.Measured.Parts;
        return [new(point.Overhead?.TotalWith(reserved) ?? $"{reserved} and more", whole, whole.Total.Bytes / 100.0)];
    }

    private static string Besides(ReportPoint point) => point.Overhead is { } overhead
        ? $"With {overhead.Source}; not seen here."
        : "Neither a profile nor profiles/overheads.tsv has this card's context: there is no total.";
}
