using System.Globalization;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Data;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>The account of chosen points stacked by part, measured over predicted, as a share of what was measured.</summary>
internal static class AccountBars
{
    private const int Most = 10;

    public static Figure Of(IReadOnlyList<ReportPoint> points)
    {
        ReportPoint[] whole = [.. points.Where(p => p.Measured.DevicePeak is { Bytes: > 0 } && p.Finest is not null)];
        var chosen = Choose(whole);
        var groups = chosen.Select(p => (p.Title, Bars(p))).ToArray();
        var rows = groups.SelectMany(g => g.Item2).ToArray();
        var ends = rows.Select(r => r.Ends).Append((0, 100)).ToArray();
        var x = ValueAxis.OfPercent("share of the measured device total [%]", ends.Min(e => e.Item1), ends.Max(e => e.Item2));
        var note = string.Create(
            CultureInfo.InvariantCulture,
            $"{chosen.Length} of {whole.Length:N0} points, spread over sizes from small to large. Upper bar: measured; lower bar: predicted by the finest estimate. What a prediction leaves open is missing from its bar.");
        var panel = AccountRow.Panel("the device total by part", x, groups) with
        {
            Nothing = chosen.Length == 0 ? "no device total was both measured and predicted" : null,
        };
        return new("account", "The account, predicted beside measured", [note], AccountRow.Legend(rows), [panel])
        {
            Columns = 1,
            PanelHeight = Math.Max(120, 46 * chosen.Length),
        };
    }

    /// <summary>Points spread evenly over the order of sizes, no two of one title.</summary>
    private static ReportPoint[] Choose(IReadOnlyList<ReportPoint> points)
    {
        ReportPoint[] sizes = [.. points.DistinctBy(p => p.Title).OrderBy(p => p.Measured.DevicePeak).ThenBy(p => p.Number)];
        return sizes.Length <= Most ? sizes : [.. Enumerable.Range(0, Most).Select(i => sizes[i * (sizes.Length - 1) / (Most - 1)])];
    }

    private static IReadOnlyList<AccountRow> Bars(ReportPoint point)
    {
        var whole = point.Measured.DevicePeak!.Value;
        var percent = whole.Bytes / 100.0;
        return
        [
            new(whole.ToString(), point.Measured.Parts, percent),
            new($"predicted {new ByteSize(point.Finest!.Total.Bytes)}", point.Finest.Parts, percent),
        ];
    }
}
