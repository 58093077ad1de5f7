using System.CommandLine;
using LlmMemProfiler.Harness.Sweeps.Workers;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem worker</c>: one measurement of a sweep, in its own process. Not for people.</summary>
internal static class WorkerProgram
{
    public const string Name = "worker";

    public static Command Create()
    {
        var command = new Command(Name, "Measure one point that is asked for on stdin; 'llmmem sweep' starts it") { Hidden = true };
        command.SetAction(_ =>
        {
            using var input = Console.OpenStandardInput();
            using var output = Console.OpenStandardOutput();
            return new Worker(output).Serve(input) ? ExitCode.Done : ExitCode.BadInput;
        });
        return command;
    }
}
