using System.CommandLine;
using System.Globalization;
using LlmMemProfiler.Cli.Input;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Reports;
using LlmMemProfiler.Reports.Points;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem report</c>: pictures, tables and a page from recorded results; touches no device.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var results = new Argument<string[]>("RESULTS")
        {
            Description = "Results files, or folders that hold one",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--out")
        {
            Description = "Folder that gets report.html, report.md, records.csv and the plots (PNG and SVG)",
            HelpName = "DIR",
            Required = true,
        };
        var json = JsonOption.Create();
        var command = new Command("report", "Show recorded results: plots, a CSV, a Markdown summary and one page that opens without a network")
        {
            results, output, json,
        };
        command.SetAction(parsed =>
        {
            var folder = ReportFolder.Open(parsed.GetRequiredValue(output));
            var lines = new RecordLines();
            var data = ReportData.Of(lines.Read(parsed.GetRequiredValue(results)));
            if (data.All.Count == 0)
                throw new InputException($"{string.Join(", ", parsed.GetRequiredValue(results))}: no record; at least one result of 'llmmem run --out' is needed");
            Report.Write(folder, data, new() { Remarks = lines.Remarks });
            var page = Path.Combine(folder.Path, Report.PageFile);
            if (parsed.GetValue(json))
                JsonOption.Print(parsed.InvocationConfiguration.Output, new ReportRecord(ReportRecord.CurrentSchema, data.All.Count, data.Measured.Count, page, lines.Remarks));
            else
                Show(data, lines, page);
            return ExitCode.Done;
        });
        return command.WithExamples(
            "report results --out report",
            "report results/shard-1.jsonl results/shard-2.jsonl --out report --json");
    }

    private static void Show(ReportData data, RecordLines lines, string page)
    {
        foreach (var remark in lines.Remarks)
            Terminal.Error.Profile.Out.Writer.WriteLine(remark);
        Terminal.Out.Profile.Out.Writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{data.All.Count:N0} records, of them {data.Measured.Count:N0} ended well"));
        Terminal.Out.Profile.Out.Writer.WriteLine($"the page: {page}");
    }
}
