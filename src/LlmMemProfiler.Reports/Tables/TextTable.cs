using System.Globalization;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Data;

namespace LlmMemProfiler.Reports.Tables;

/// <summary>A table of plain text, not yet encoded as Markdown or HTML.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Remark">How to read it; null if obvious.</param>
/// <param name="Columns">Names, and whether they hold numbers.</param>
/// <param name="Rows">One cell per column.</param>
internal sealed record TextTable(
    string Title, string? Remark, IReadOnlyList<(string Name, bool IsNumber)> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private const int WorstPoints = 10, PartsPerPoint = 3;

    /// <summary>All summary tables of a report.</summary>
    public static IReadOnlyList<TextTable> Of(PointSeries series)
    {
        var points = series.Points;
        var machines = Machine.Of(points);
        Quantity[] groups = [Quantity.TensorPeak, series.Highest];
        return
        [
            Accuracies(series, "Accuracy by estimator", Rows(AccuracyTable.ByEstimator), groupName: null),
            Accuracies(series, "Accuracy by weight type", Rows(own => AccuracyTable.By(own, groups, p => p.Workload.Dtype.Name())), "dtype"),
            Accuracies(series, "Accuracy by cache policy", Rows(own => AccuracyTable.By(own, groups, p => p.Workload.Cache.Name())), "cache"),
            Worst(series, Quantity.TensorPeak, machines.Count > 1),
            Worst(series, series.Highest, machines.Count > 1),
        ];

        // Each machine's own errors; the name is only needed where there are several.
        IReadOnlyList<(string? Machine, AccuracyRow Row)> Rows(Func<IEnumerable<ReportPoint>, IReadOnlyList<AccuracyRow>> of) =>
            [.. machines.SelectMany(m => of(points.Where(p => p.Machine == m)).Select(row => (machines.Count > 1 ? m.Name : null, row)))];
    }

    private static TextTable Accuracies(PointSeries series, string title, IReadOnlyList<(string? Machine, AccuracyRow Row)> rows, string? groupName)
    {
        (string, bool)[] machine = rows.Any(r => r.Machine is not null) ? [("machine", false)] : [];
        (string, bool)[] group = groupName is null ? [] : [(groupName, false)];
        return new(
            series.Title(title),
            rows.Any(r => r.Row.ExcludesRuntime)
                ? $"Errors in percent of the {series.Word} value. Estimators marked * exclude the runtime from the device total: their error is the runtime's share."
                : $"Errors in percent of the {series.Word} value.",
            [
                .. machine, ("quantity", false), ("estimator", false), .. group, ("points", true), ("exact", true), ("median |error|", true), ("mean |error|", true),
                ("largest |error|", true), ("mean error", true), ("underestimates", true),
            ],
            [.. rows.Select(r => Cells(r.Machine, r.Row))]);

        IReadOnlyList<string> Cells(string? name, AccuracyRow r) =>
            [
                .. name is null ? (string[])[] : [name], r.Quantity, r.ExcludesRuntime ? r.Estimator + " *" : r.Estimator, .. groupName is null ? (string[])[] : [r.Group], Count(r.Errors.Count),
                Count(r.Exact), Percent(r.Errors.MedianPercent), Percent(r.Errors.MeanPercent), Percent(r.Errors.MaximumPercent),
                Signed(r.Errors.SignedPercent), Percent(100 * r.Errors.UnderShare),
            ];
    }

    private static TextTable Worst(PointSeries series, Quantity quantity, bool areSeveral) => new(
        series.Title($"Worst points, {quantity.Name}"), $"Largest errors of the most detailed estimate, and the parts that differ most (predicted − {series.Word}).",
        [("record", true), .. areSeveral ? [("machine", false)] : Array.Empty<(string, bool)>(), ("point", false), (series.Word, true), ("predicted", true), ("error", true), ("parts", false)],
        [.. quantity.Compare(series.Points).Where(p => p.Estimate == p.Point.Finest).Worst(WorstPoints).Select(w => (IReadOnlyList<string>)
        [
            Count(w.Point.Number), .. areSeveral ? [w.Point.Machine.Name] : Array.Empty<string>(), w.Point.Title, Bytes(w.Measured.Bytes), Bytes(w.Predicted.Bytes),
            Signed(w.Percent),
            // The parts of a reserved peak are known at another moment than those of its prediction.
            quantity == Quantity.ReservedPeak ? "" : string.Join("; ", w.ByPart().Take(PartsPerPoint).Select(part => PartText(part, series))),
        ])]);

    private static string PartText(PartDifference difference, PointSeries series) =>
        string.Create(CultureInfo.InvariantCulture, $"{difference.Part.Name()} {difference.Bytes:+#,0;−#,0;0} B") +
        (difference.Predicted is null ? " (not predicted)" : difference.Measured is null ? $" (not {series.Verb})" : "");

    private static string Bytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} B");

    private static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double number) => string.Create(CultureInfo.InvariantCulture, $"{number:0.###} %");

    private static string Signed(double number) => string.Create(CultureInfo.InvariantCulture, $"{number:+0.###;−0.###;0} %");
}
