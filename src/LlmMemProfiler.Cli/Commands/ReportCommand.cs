using System.CommandLine;
using System.Globalization;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Reports;
using LlmMemProfiler.Reports.Data;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem report</c>: figures, tables, and a page from recorded results; needs no device.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var results = new ResultsArguments();
        var profile = new ProfileOption();
        var output = new Option<string>("--out")
        {
            Description = "Folder for report.html, report.md, records.csv, and plots (PNG and SVG)",
            HelpName = "DIR",
            Required = true,
        };
        var pooled = new Option<bool>("--pooled") { Description = "Take several machines for one: errors over all of them, instead of a row and a color for each" };
        var json = JsonOption.Create();
        var command = new Command("report", "Report on recorded results: plots, a CSV, a Markdown summary, and a self-contained HTML page")
        {
            output, pooled, json,
        };
        results.AddTo(command);
        profile.AddTo(command);
        command.SetAction(parsed =>
        {
            var folder = ReportFolder.Open(parsed.GetRequiredValue(output));
            var reader = results.Open(parsed);
            var first = results.Open(parsed).Read(results.Paths(parsed)).FirstOrDefault();
            var (used, remarks) = profile.Read(parsed, p => first is not null && (HardwareKey.Of(first).DifferencesFrom(p.Hardware) is [] || CardOverhead.IsOf(p, first.Device)));
            Remarks.Show(remarks);
            var record = Write(folder, reader, results.Paths(parsed), used, parsed.GetValue(pooled));
            var isJson = parsed.GetValue(json);
            if (isJson)
                JsonOption.Print(parsed.InvocationConfiguration.Output, record);
            else
                Show(record);
            new Written(isJson).Show(
                ("numbers", Path.Combine(folder.Path, Report.NumbersFile)), ("pictures", Path.Combine(folder.Path, Report.PlotsFolder)),
                ("summary", Path.Combine(folder.Path, Report.SummaryFile)), ("page", record.Page));
            return ExitCode.Done;
        });
        return command.WithExamples(
            "report results --out report",
            "report results/shard-1.jsonl results/shard-2.jsonl --out report --json",
            "report results --profile profile.json --out report");
    }

    /// <summary>Writes the report; also the last step of a calibration.</summary>
    public static ReportRecord Write(ReportFolder folder, ResultsReader reader, IReadOnlyList<string> paths, HardwareProfile? profile, bool isPooled = false)
    {
        var warnings = profile is null ? null : new ProfileWarnings(profile);
        var (isApplied, other) = (false, (RunRecord?)null);
        var data = ReportData.Of(reader.Read(paths), profile is null ? null : Profiled, isPooled, record => CardOverhead.Of(record, profile));
        if (!isApplied && other is not null)
            Require(profile!, other);
        if (data.All.Count == 0)
            throw new InputException($"no records found in {string.Join(", ", paths)}; 'llmmem run --out' writes them");
        IReadOnlyList<string> remarks = [.. reader.Remarks, .. OwnEvidence(reader, profile), .. warnings?.Lines ?? []];
        Report.Write(folder, data, new() { Remarks = remarks, GuideConstant = profile?.Overhead.Value });
        return new(ReportRecord.CurrentSchema, data.All.Count, data.Series.Sum(s => s.Points.Count), Path.Combine(folder.Path, Report.PageFile), remarks)
        {
            Virtual = data.All.Count(p => p.Device.Kind == DeviceKind.Virtual),
        };

        IReadOnlyList<MemoryEstimate> Profiled(RunRecord record)
        {
            var hardware = HardwareKey.Of(record);
            // Beside the records that a profile is for, those of another kind of device keep their estimates as they were made.
            if (!profile.Fits(hardware))
            {
                // A virtual GPU has no total to predict, but the card's overhead.
                isApplied |= CardOverhead.IsOf(profile, record.Device);
                other ??= record;
                return record.Estimates;
            }
            isApplied = true;
            warnings!.Add(record.Model, record.Workload, hardware);
            return [.. record.Estimates.Select(e => profile.Apply(e, record.Model, record.Workload))];
        }
    }

    /// <exception cref="InputException">The profile says nothing about the record.</exception>
    private static void Require(HardwareProfile profile, RunRecord record)
    {
        if (record.Device.Kind == DeviceKind.Virtual)
            CardOverhead.Require(profile, record.Device);
        else
            profile.RequireFits(record.Device.Kind, HardwareKey.Of(record).Level);
    }

    /// <summary>A profile fits its own evidence better than other points.</summary>
    private static IEnumerable<string> OwnEvidence(ResultsReader reader, HardwareProfile? profile)
    {
        if (profile?.Evidence.Sha256 == reader.Evidence)
            yield return $"Profile {profile!.Name} was fitted to these records; 'llmmem validate' shows its errors on held-out points.";
    }

    private static void Show(ReportRecord record)
    {
        Remarks.Show(record.Remarks);
        Terminal.Out.WriteWhole(string.Create(
            CultureInfo.InvariantCulture, $"{record.Records:N0} records, {record.Ok:N0} ok{(record.Virtual > 0 ? $", {record.Virtual:N0} of virtual GPUs" : "")}"));
    }
}
