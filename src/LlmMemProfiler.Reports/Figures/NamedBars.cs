using System.Globalization;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Reports.Considerations;
using LlmMemProfiler.Reports.Data;
using LlmMemProfiler.Reports.Plots;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>Tensor peaks for named values, stacked by part, measured above predicted, relative to the group's first.</summary>
internal static class NamedBars
{
    private const int MaxPairs = 12;

    /// <param name="axis">The axis.</param>
    /// <param name="ladders">At least one, the best first.</param>
    /// <param name="withWeights">Whether to show weights; if they are all the same, they would dwarf the rest.</param>
    /// <param name="rows">Bars drawn.</param>
    /// <param name="shown">Number of ladders drawn.</param>
    public static Panel Of(
        Consideration axis, IReadOnlyList<Ladder> ladders, bool withWeights, out IReadOnlyList<AccountRow> rows, out int shown)
    {
        var pairs = 0;
        Ladder[] fitting = [.. ladders.TakeWhile((l, i) => (pairs += l.Rungs.Count) <= MaxPairs || i == 0)];
        shown = fitting.Length;
        var groups = fitting
            .SelectMany(l => l.Rungs.Select(p => (Point: p, Percent: Math.Max(1, Shown(l.Rungs[0].Measured.TensorParts).Total.Bytes) / 100.0)))
            .Take(MaxPairs)
            .Select(p => (Name(axis, p.Point), Bars(p.Point, p.Percent)))
            .ToArray();
        rows = [.. groups.SelectMany(g => g.Item2)];
        var high = rows.Max(r => r.Ends.High);
        var x = new ValueAxis("percent of the group's first bar [%]", 0, high * 1.04, 1, v => v.ToString("G4", CultureInfo.InvariantCulture));
        return AccountRow.Panel(withWeights ? "tensor peak by part" : "tensor peak by part, without weights", x, groups);

        MemoryAccount Shown(MemoryAccount account) =>
            new(account.Known.Where(p => (int)p.Part < Core.Accounts.Parts.Owners && (withWeights || p.Part != Part.Weights)));

        IReadOnlyList<AccountRow> Bars(ReportPoint point, double percent)
        {
            var measured = Shown(point.Measured.TensorParts);
            var bar = new AccountRow(measured.Total.ToString(), measured, percent);
            if (point.Finest is not { } finest || Quantity.TensorPeak.Compare(point, finest) is null)
                return [bar];
            var predicted = Shown(Quantity.TensorPeak.PredictedParts(finest));
            return [bar, new($"predicted {predicted.Total}", predicted, percent)];
        }
    }

    private static string Name(Consideration axis, ReportPoint point)
    {
        var w = point.Workload;
        return string.Create(
            CultureInfo.InvariantCulture, $"{PlainText.Cut(axis.Label(w), 12)}: {PlainText.Cut(point.Model.Name, 16)} B{w.Batch} P{w.Prompt}+{w.NewTokens}");
    }
}
