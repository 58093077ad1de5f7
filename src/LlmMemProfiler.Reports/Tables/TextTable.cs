using System.Globalization;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Data;

namespace LlmMemProfiler.Reports.Tables;

/// <summary>A table of text, before it is Markdown or HTML. Nothing in it is encoded yet.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Remark">How to read it; null where that is clear.</param>
/// <param name="Columns">Names, and whether numbers stand in them.</param>
/// <param name="Rows">As many cells each as there are columns.</param>
internal sealed record TextTable(
    string Title, string? Remark, IReadOnlyList<(string Name, bool IsNumber)> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private const int WorstPoints = 10, PartsOfEach = 3;

    /// <summary>All summary tables of a report.</summary>
    public static IReadOnlyList<TextTable> Of(IReadOnlyList<ReportPoint> points)
    {
        var byEstimator = AccuracyTable.ByEstimator(points);
        return
        [
            Accuracies("Accuracy by estimator", byEstimator, withKind: null),
            Accuracies("Accuracy by type of the weights", AccuracyTable.By(points, p => p.Workload.Dtype.Name()), "dtype"),
            Accuracies("Accuracy by cache policy", AccuracyTable.By(points, p => p.Workload.Cache.Name()), "cache"),
            Worst("Worst points, tensor peak", Quantity.TensorPeak, points),
            Worst("Worst points, device total", Quantity.Device, points),
        ];
    }

    private static TextTable Accuracies(string title, IReadOnlyList<AccuracyRow> rows, string? withKind)
    {
        (string, bool)[] kind = withKind is null ? [] : [(withKind, false)];
        return new(
            title,
            rows.Any(r => r.IsOpen)
                ? "Errors in percent of what was measured. An estimator with * leaves the runtime out of the device total: its error is the runtime's share."
                : "Errors in percent of what was measured.",
            [
                ("quantity", false), ("estimator", false), .. kind, ("points", true), ("exact", true), ("median |error|", true), ("mean |error|", true),
                ("largest |error|", true), ("mean error", true), ("under-estimates", true),
            ],
            [.. rows.Select(r => (IReadOnlyList<string>)
            [
                r.Quantity, r.IsOpen ? r.Estimator + " *" : r.Estimator, .. withKind is null ? (string[])[] : [r.Of], Count(r.Errors.Count),
                Count(r.Exact), Percent(r.Errors.MedianPercent), Percent(r.Errors.MeanPercent), Percent(r.Errors.MaximumPercent),
                Signed(r.Errors.SignedPercent), Percent(100 * r.Errors.UnderShare),
            ])]);
    }

    private static TextTable Worst(string title, Quantity quantity, IReadOnlyList<ReportPoint> points) => new(
        title, "The largest errors of the finest estimate, and the parts that differ most: predicted − measured.",
        [("record", true), ("point", false), ("measured", true), ("predicted", true), ("error", true), ("parts", false)],
        [.. quantity.Compare(points).Where(p => p.Estimate == p.Point.Finest).Worst(WorstPoints).Select(w => (IReadOnlyList<string>)
        [
            Count(w.Point.Number), w.Point.Title, Bytes(w.Measured.Bytes), Bytes(w.Predicted.Bytes),
            Signed(w.Percent), string.Join("; ", w.ByPart().Take(PartsOfEach).Select(PartText)),
        ])]);

    private static string PartText(PartDifference difference) =>
        string.Create(CultureInfo.InvariantCulture, $"{difference.Part.Name()} {difference.Bytes:+#,0;−#,0;0} B") +
        (difference.Predicted is null ? " (not predicted)" : difference.Measured is null ? " (not measured)" : "");

    private static string Bytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} B");

    private static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double number) => string.Create(CultureInfo.InvariantCulture, $"{number:0.###} %");

    private static string Signed(double number) => string.Create(CultureInfo.InvariantCulture, $"{number:+0.###;−0.###;0} %");
}
