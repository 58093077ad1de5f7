using System.Globalization;
using LlmMemProfiler.Core.Virtual;
using LlmMemProfiler.Reports.Plots;
using ScottPlot;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>What was checked on virtual GPUs before, by capability and libtorch: how many random points, and of how many each level was predicted.</summary>
internal static class CheckedBars
{
    private const double Thickness = 0.22;

    private static readonly Color EqualColor = Color.FromHex("#0B6E4F"), OtherColor = LineColors.Alarm;

    private static readonly Func<CheckedPoints, int>[] Kinds = [r => r.EqualTraces, r => r.EqualAllocated, r => r.EqualReserved];

    /// <param name="rows">Of profiles/virtual/points.tsv, at least one.</param>
    public static Figure Of(IReadOnlyList<CheckedPoints> rows)
    {
        var groups = rows.GroupBy(r => (r.Capability, r.LibTorch)).OrderBy(g => g.Key.Capability.Major).ThenBy(g => g.Key.Capability.Minor).ThenBy(g => g.Key.LibTorch, StringComparer.Ordinal).ToArray();
        var x = ValueAxis.OfPercent("random points", 0, groups.Max(g => g.Sum(r => r.Points))) with { Low = 0 };
        var (sum, events) = (CheckedSum.Of(rows)!, rows.Sum(r => r.Events));
        var settings = rows.SelectMany(r => r.Settings.Keys).Distinct().Count(name => name != "defaults");
        var differing = rows.Where(r => !r.AllEqual).Select(r => r.Gpu).Distinct().ToArray();
        var places = groups.Select((g, i) => ((double)(groups.Length - i), string.Create(
            CultureInfo.InvariantCulture, $"{g.Key.Capability}, libtorch {g.Key.LibTorch}, {CheckedSum.Of(g)!.Cards} {(CheckedSum.Of(g)!.Cards == 1 ? "card" : "cards")}: {CheckedSum.Of(g)!.Count}"))).ToArray();
        return new(
            "checked-virtual", "What was checked on virtual GPUs",
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Random points on {sum.Cards} cards in {rows.Sum(r => r.Processes):N0} processes, under {settings} allocator options and variables: {sum.Count} as predicted, of {events:N0} allocations and frees. {rows.Sum(r => r.OutOfMemory):N0} of the points ran out of memory."),
                .. differing.Length == 0 ? Array.Empty<string>() : [$"Not as predicted in all points: {string.Join(", ", differing.Take(10))}{(differing.Length > 10 ? " …" : "")}."],
                "From profiles/virtual/points.tsv, which scripts/virtual-evidence.sh made; not from these records. Bars of each, from above: every event, allocated peak, reserved peak.",
            ],
            [new("as predicted", EqualColor, IsLine: false), new("otherwise", OtherColor, IsLine: false)],
            [new("capability", x, new("", 0.4, groups.Length + 0.6, 1, _ => ""), Fill) { Rows = places }])
        {
            Columns = 1,
            PanelHeight = Math.Max(60, 34 * groups.Length),
        };

        void Fill(Plot plot)
        {
            for (var i = 0; i < groups.Length; i++)
            {
                var all = groups[i].Sum(r => r.Points);
                for (var kind = 0; kind < Kinds.Length; kind++)
                {
                    var (place, equal) = (groups.Length - i + (1 - kind) * 1.2 * Thickness, groups[i].Sum(Kinds[kind]));
                    Bar(plot, place, 0, equal, EqualColor);
                    Bar(plot, place, equal, all, OtherColor);
                }
            }
        }
    }

    private static void Bar(Plot plot, double place, int from, int to, Color color)
    {
        if (from == to)
            return;
        var area = plot.Add.Rectangle(from, to, place - Thickness / 2, place + Thickness / 2);
        (area.FillColor, area.LineWidth) = (color, 0);
    }
}
