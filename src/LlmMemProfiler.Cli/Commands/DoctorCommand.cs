using System.CommandLine;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Checks;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem doctor</c>: what was found on this machine, and whether it works.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var libtorch = SharedOptions.LibTorch();
        var json = JsonOption.Create();
        var command = new Command("doctor", "Show libtorch, driver, and GPUs, and test that allocations are observed and every operation works")
        {
            libtorch,
            json,
        };
        command.SetAction(parsed =>
        {
            var diagnosis = Doctor.Examine(parsed.GetValue(libtorch));
            if (parsed.GetValue(json))
                JsonOption.Print(parsed.InvocationConfiguration.Output, diagnosis);
            else
                Show(diagnosis, DoctorVerdict.Of(diagnosis, parsed.GetValue(libtorch)));
            return diagnosis.CanRun ? ExitCode.Done : ExitCode.NoDevice;
        });
        return command.WithExamples("doctor", "doctor --libtorch ~/venv/lib/python3.12/site-packages/torch", "doctor --json");
    }

    private static void Show(DoctorRecord diagnosis, string verdict)
    {
        Terminal.Out.Write(Findings(diagnosis));
        // A command that is wrapped cannot be copied.
        Terminal.Out.WriteWhole(verdict);
    }

    internal static ConsoleTable Findings(DoctorRecord diagnosis)
    {
        var table = new ConsoleTable { ShowHeads = false }.Label("what").Label("").Label("found");
        foreach (var finding in diagnosis.Findings)
            table.Row(finding.What, Mark(finding.State), finding.Found);
        return table;
    }

    private static string Mark(FindingState state) => state switch
    {
        FindingState.Good => "ok",
        FindingState.Absent => "–",
        _ => "FAILED",
    };
}
