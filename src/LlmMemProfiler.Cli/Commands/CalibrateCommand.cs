using System.CommandLine;
using LlmMemProfiler.Calibration.Fits;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem calibrate</c>: fits the constants of this hardware to results, with an honest error.</summary>
internal static class CalibrateCommand
{
    public static Command Create()
    {
        var results = new ResultsArguments(isOptional: true);
        var output = new Option<string?>("--out")
        {
            Description = "File for the profile (NAME.json), or a folder for profile.json, beside the one installed for this hardware; without RESULTS, records and report go next to it, and are gone on with if they are there [default without RESULTS: calibration]",
            HelpName = "FILE|DIR",
        };
        var plan = new Option<string>("--plan") { Description = "Sweep plan to measure without RESULTS", HelpName = "PLAN", DefaultValueFactory = _ => SweepPlans.ForCalibration };
        var measuring = new MeasuringOptions("Retry points that failed or timed out");
        var json = JsonOption.Create();
        var command = new Command(
            "calibrate", "Fit this hardware's overhead constants to measured results; without RESULTS, measure, fit, and report in one go");
        results.AddTo(command);
        foreach (var option in (Option[])[output, plan, .. measuring.All, json])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var (paths, isJson) = (results.Paths(parsed), parsed.GetValue(json));
            var file = parsed.GetValue(output) is { } named ? ProfileFile.At(named) : null;
            if (paths.Count > 0)
            {
                RequireNone(parsed, [plan, .. measuring.All]);
                return FromResults(parsed, results.Read(parsed), file, isJson);
            }
            var folder = CalibrationSweep.FolderFor(file);
            var sweep = new CalibrationSweep(
                measuring.Read(parsed, measuring.Plan(parsed, parsed.GetRequiredValue(plan)), shard: null, folder, isResumed: true), file);
            return measuring.IsDryRun(parsed) ? sweep.Show(parsed, isJson) : FromSweep(parsed, sweep, results, folder, isJson);
        });
        return command.WithExamples(
            "calibrate",
            "calibrate --dry-run",
            "calibrate results",
            "calibrate sweep/results-1-of-2.jsonl sweep/results-2-of-2.jsonl --out profile.json");
    }

    private static int FromResults(ParseResult parsed, CalibrationInput input, string? path, bool isJson)
    {
        var file = path is null ? null : ProfileFile.Open(path);
        var profile = Fit(input, file);
        Show(parsed, profile, input, isJson);
        var written = new Written(isJson);
        if (file is not null)
            written.Show(("profile", file.Path));
        ShowInstalled(profile, written);
        return ExitCode.Done;
    }

    /// <summary>Keeps the profile where later commands on such hardware find it.</summary>
    private static void ShowInstalled(HardwareProfile profile, Written written)
    {
        try
        {
            written.Show(("installed", InstalledProfiles.OfUser.Install(profile)));
            written.Line("run, validate, report and estimate take it on this hardware; --profile none takes none");
        }
        catch (InputException e)
        {
            // As in a container with a read-only home: the fit is done, and --out keeps it all the same.
            written.ShowUnkept("installed profile", $"--out FILE writes it, for --profile FILE ({e.Message})");
        }
    }

    private static int FromSweep(ParseResult parsed, CalibrationSweep sweep, ResultsArguments results, string folder, bool isJson)
    {
        var record = sweep.Execute();
        var input = results.Read(parsed, [folder]);
        var profile = Fit(input, sweep.Profile);
        Show(parsed, profile, input, isJson);
        var report = ReportCommand.Write(sweep.Report, results.Open(parsed), [folder], profile);
        var written = new Written(isJson);
        written.Show(("records", record.Results!), ("profile", sweep.Profile.Path), ("report", report.Page));
        ShowInstalled(profile, written);
        if (record.Failures == 0)
            return ExitCode.Done;
        // The rest was enough for a fit, but it is not what was asked for.
        Terminal.Say($"{SweepSummary.Failures(record, "--retry-failed")}; the profile is of the others");
        return ExitCode.Failed;
    }

    private static HardwareProfile Fit(CalibrationInput input, ProfileFile? file)
    {
        Remarks.Show(input.Remarks);
        var profile = CalibrationRun.Of(input);
        file?.Write(profile);
        return profile;
    }

    private static void Show(ParseResult parsed, HardwareProfile profile, CalibrationInput input, bool isJson)
    {
        if (isJson)
            JsonOption.Print(parsed.InvocationConfiguration.Output, profile);
        else
            ProfileSummary.Show(profile, input.Skipped);
        var written = new Written(isJson);
        foreach (var line in OutlierLines.Of(profile, input))
            written.Line(line);
        if (input.Busy > 0)
            written.Line($"busy machine: {input.Busy} of {input.Points.Count} points; their device bytes may be off, so measure again when it is quiet");
        written.Line(GuideConstantLine.Of(profile));
    }

    /// <exception cref="InputException">One of these options is given, and would change nothing.</exception>
    private static void RequireNone(ParseResult parsed, IEnumerable<Option> options)
    {
        if (options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } idle)
            throw new InputException($"{idle.Name} steers a measurement, and RESULTS are measured; leave out one of them");
    }
}
