using System.CommandLine;
using System.Text.Json;
using LlmMemProfiler.Calibration.Fits;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Sweeps.Plans;
using LlmMemProfiler.Reports;
using Spectre.Console;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem calibrate</c>: fits the constants of this hardware to results, with an honest error.</summary>
internal static class CalibrateCommand
{
    public static Command Create()
    {
        var results = new ResultsArguments(isOptional: true);
        var output = new Option<string?>("--out")
        {
            Description = "File for the profile, to use with --profile; without RESULTS, records and report go next to it [default without RESULTS: calibration/profile.json]",
            HelpName = "FILE",
        };
        var plan = new Option<string>("--plan") { Description = "Sweep plan to measure without RESULTS", HelpName = "PLAN", DefaultValueFactory = _ => "standard" };
        var device = SharedOptions.Device();
        var libtorch = SharedOptions.LibTorch();
        var randomWeights = SharedOptions.RandomWeights();
        var json = JsonOption.Create();
        var command = new Command(
            "calibrate", "Fit this hardware's overhead constants to measured results; without RESULTS, measure, fit, and report in one go");
        results.AddTo(command);
        foreach (var option in (Option[])[output, plan, device, randomWeights, libtorch, json])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var (paths, file) = (results.Paths(parsed), parsed.GetValue(output));
            var folder = paths.Count > 0 ? null : CalibrationSweep.FolderFor(file);
            if (folder is not null)
            {
                var points = SweepPlans.Find(parsed.GetRequiredValue(plan), parsed.GetValue(randomWeights));
                CalibrationSweep.Execute(points, parsed.GetRequiredValue(device), parsed.GetValue(libtorch), folder);
                (paths, file) = ([Path.Combine(folder, ResultsFile.Name)], file ?? Path.Combine(folder, HardwareProfiles.FileName));
            }
            var input = results.Read(parsed, paths);
            Remarks.Show(input.Remarks);
            var profile = CalibrationRun.Of(input);
            if (file is not null)
                Write(profile, file);
            if (parsed.GetValue(json))
                JsonOption.Print(parsed.InvocationConfiguration.Output, profile);
            else
                ProfileSummary.Show(profile, input.Skipped);
            if (folder is not null)
                Draw(results, parsed, paths, profile, Path.Combine(folder, "report"));
            return ExitCode.Done;
        });
        return command.WithExamples(
            "calibrate",
            "calibrate results",
            "calibrate sweep/results-1-of-2.jsonl sweep/results-2-of-2.jsonl --out profile.json");
    }

    private static void Draw(ResultsArguments results, ParseResult parsed, IReadOnlyList<string> paths, HardwareProfile profile, string folder)
    {
        var reader = results.Open(parsed);
        var report = ReportCommand.Write(ReportFolder.Open(folder), reader, paths, profile);
        Terminal.Error.WriteLine($"report: {report.Page}");
    }

    private static void Write(HardwareProfile profile, string file)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder)
                Directory.CreateDirectory(folder);
            AtomicFile.Write(file, [.. JsonSerializer.SerializeToUtf8Bytes(profile, JsonOption.Indented<HardwareProfile>()), (byte)'\n']);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"--out {file}: cannot write ({e.Message.TrimEnd('.')}); must be a file in a writable folder", e);
        }
    }
}
