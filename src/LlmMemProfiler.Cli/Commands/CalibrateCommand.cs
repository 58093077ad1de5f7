using System.CommandLine;
using System.Text.Json;
using LlmMemProfiler.Calibration;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Calibration;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem calibrate</c>: from results to the constants of that hardware, with an honest error.</summary>
internal static class CalibrateCommand
{
    public static Command Create()
    {
        var results = new ResultsArguments();
        var output = new Option<string?>("--out") { Description = "File that gets the profile, for --profile", HelpName = "FILE" };
        var json = JsonOption.Create();
        var command = new Command("calibrate", "Fit the overhead constants of this hardware to measured results; errors are told on held-out points");
        results.AddTo(command);
        command.Options.Add(output);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            var input = results.Read(parsed);
            Remarks.Show(input.Remarks);
            var profile = CalibrationRun.Of(input);
            if (parsed.GetValue(output) is { } file)
                Write(profile, file);
            if (parsed.GetValue(json))
                JsonOption.Print(parsed.InvocationConfiguration.Output, profile);
            else
                ProfileSummary.Show(profile, input.Skipped);
            return ExitCode.Done;
        });
        return command.WithExamples(
            "calibrate results",
            "calibrate sweep/results-1-of-2.jsonl sweep/results-2-of-2.jsonl --out profile.json");
    }

    /// <summary>Writes beside the file and then in its place, so that an older profile is never left half.</summary>
    private static void Write(HardwareProfile profile, string file)
    {
        var beside = file + ".new";
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder)
                Directory.CreateDirectory(folder);
            File.WriteAllText(beside, JsonSerializer.Serialize(profile, JsonOption.Indented<HardwareProfile>()) + "\n");
            File.Move(beside, file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"--out {file}: cannot be written ({e.Message.TrimEnd('.')}); a file's name in a folder that you may write is needed", e);
        }
    }
}
