using System.Globalization;
using System.Text;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Core.Virtual;
using LlmMemProfiler.Reports.Data;
using LlmMemProfiler.Reports.Figures;
using LlmMemProfiler.Reports.Html;
using LlmMemProfiler.Reports.Tables;

namespace LlmMemProfiler.Reports;

/// <summary>A report on many records: figures, a CSV, a Markdown summary, and an HTML page to sort and filter.</summary>
public static class Report
{
    public const string PageFile = "report.html", SummaryFile = "report.md", NumbersFile = "records.csv", PlotsFolder = "plots";

    /// <summary>Writes all files; the page comes last, so if it exists, the report is complete.</summary>
    /// <exception cref="Core.InputException">A file cannot be written.</exception>
    public static void Write(ReportFolder folder, ReportData data, ReportOptions options)
    {
        folder.Write(NumbersFile, stream =>
        {
            using var text = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
            RecordsCsv.Write(text, data.All);
        });
        var figures = Figures(data, options);
        var pictures = new List<(Figure Figure, string? Svg)>();
        foreach (var figure in figures)
        {
            if (figure.Panels.Count == 0)
            {
                pictures.Add((figure, null));
                continue;
            }
            var page = new FigurePage(figure);
            var svg = page.Svg();
            folder.Write(Path.Combine(PlotsFolder, figure.Name + ".svg"), Encoding.UTF8.GetBytes(svg));
            folder.Write(Path.Combine(PlotsFolder, figure.Name + ".png"), page.Png());
            pictures.Add((figure, svg));
        }
        TextTable[] tables = [.. data.Series.SelectMany(TextTable.Of)];
        var title = string.Create(CultureInfo.InvariantCulture, $"Memory of LLM inference: {data.All.Count:N0} records");
        var remarks = Remarks(data, options);
        folder.Write(SummaryFile, Encoding.UTF8.GetBytes(MarkdownSummary.Of(title, remarks, tables, figures)));
        folder.Write(PageFile, Encoding.UTF8.GetBytes(HtmlPage.Of(title, remarks, tables, pictures, data.All)));
    }

    private static IReadOnlyList<Figure> Figures(ReportData data, ReportOptions options) =>
    [
        .. data.Series.SelectMany(series => (Figure[])
        [
            PredictedAgainstMeasured.Of(series),
            ErrorByAxis.Of(series),
            series.IsVirtual ? CardBars.Of(series.Points) : AccountBars.Of(series.Points),
            StepCurves.Of(series),
            .. ConsiderationFigures.Of(series),
            .. series.IsVirtual ? (Figure[])[CheckedBars.Of(VirtualEvidence.Rows)] : [GuideConstantFigure.Of(series.Points, options.GuideConstant)],
        ]),
    ];

    private static string Devices(ReportData data, bool isVirtual)
    {
        var devices = data.All.Where(p => p.Device.Kind == DeviceKind.Virtual == isVirtual)
            .Select(p => $"{p.Device.Name} ({p.Device.Kind.Name()})").Distinct().Order(StringComparer.Ordinal).ToArray();
        return devices.Length == 0 ? "no device" : string.Join(", ", devices.Take(5)) + (devices.Length > 5 ? $" and {devices.Length - 5} more" : "");
    }

    private static IReadOnlyList<string> Remarks(ReportData data, ReportOptions options)
    {
        var statuses = data.All.GroupBy(p => p.Status).OrderBy(g => g.Key)
            .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count():N0} {g.Key.Name()}"));
        var machines = Machine.Of(data.Series.SelectMany(s => s.Points));
        return
        [
            .. data.All.Any(p => p.Device.Kind != DeviceKind.Virtual) || data.All.Count == 0 ? [$"Measured on {Devices(data, isVirtual: false)}."] : Array.Empty<string>(),
            .. data.All.Any(p => p.Device.Kind == DeviceKind.Virtual)
                ? [$"Run on {Devices(data, isVirtual: true)}: a GPU that is not there. libtorch's own code ran, its kernels did not; allocations are real, and there are no times, no tokens and no device total."]
                : Array.Empty<string>(),
            $"Status: {string.Join(", ", statuses)}. Figures and accuracy use only the ok records.",
            .. machines.Count > 1 ? [$"{machines.Count} machines or settings, each with its own rows and color: {string.Join("; ", machines.Select(m => m.Name))}."] : Array.Empty<string>(),
            .. machines.Contains(Machine.All) ? ["All machines are pooled: errors are over the records of all of them."] : Array.Empty<string>(),
            .. options.Remarks,
        ];
    }
}
