using System.Globalization;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Data;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>Accounts of selected points, stacked by part, measured above predicted, in percent of the measured total.</summary>
internal static class AccountBars
{
    private const int MaxPoints = 10;

    private const string Heading = "device total by part";

    /// <param name="points">Measured points with status ok.</param>
    public static Figure Of(IReadOnlyList<ReportPoint> points)
    {
        ReportPoint[] complete = [.. points.Where(p => p.Measured.DevicePeak is { Bytes: > 0 } && p.Finest is not null)];
        var looks = new MachineLooks(complete);
        // One panel a machine, all on the same axis.
        var chosen = looks.Machines.Select(m => (Machine: m, Points: Spread.BySize([.. complete.Where(p => p.Machine == m)], p => p.Measured.DevicePeak, MaxPoints))).ToArray();
        var groups = chosen.Select(c => (c.Machine, Groups: c.Points.Select(p => (p.Title, Bars(p))).ToArray())).ToArray();
        var rows = groups.SelectMany(g => g.Groups).SelectMany(g => g.Item2).ToArray();
        var ends = rows.Select(r => r.Ends).Append((0, 100)).ToArray();
        var x = ValueAxis.OfPercent("share of the measured device total [%]", ends.Min(e => e.Item1), ends.Max(e => e.Item2));
        var note = string.Create(
            CultureInfo.InvariantCulture,
            $"{chosen.Sum(c => c.Points.Count)} of {complete.Length:N0} points, evenly spread by size. Upper bar: measured; lower bar: predicted by the most detailed estimate. Parts not predicted are missing from its bar.");
        Panel[] panels = groups.Length == 0
            ? [AccountRow.Panel(Heading, x, []) with { EmptyText = "no device total was both measured and predicted" }]
            : [.. groups.Select(g => AccountRow.Panel(looks.Prefix(g.Machine) + Heading, x, g.Groups))];
        return new("account", "Memory by part, predicted and measured", [note], AccountRow.Legend(rows), panels)
        {
            Columns = 1,
            PanelHeight = Math.Max(120, 46 * chosen.Select(c => c.Points.Count).DefaultIfEmpty(0).Max()),
        };
    }

    private static IReadOnlyList<AccountRow> Bars(ReportPoint point)
    {
        var total = point.Measured.DevicePeak!.Value;
        var percent = total.Bytes / 100.0;
        return
        [
            new(total.ToString(), point.Measured.Parts, percent),
            new($"predicted {new ByteSize(point.Finest!.Total.Bytes)}", point.Finest.Parts, percent),
        ];
    }
}
