using System.CommandLine;
using LlmMemProfiler.Harness.Sweeps.Workers;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem worker</c>: measures points of a sweep, in its own process. Internal.</summary>
internal static class WorkerProgram
{
    public const string Name = "worker";

    public static Command Create()
    {
        var command = new Command(Name, "Measure points requested on stdin; started by 'llmmem sweep'") { Hidden = true };
        command.SetAction(_ =>
        {
            using var input = Console.OpenStandardInput();
            using var output = Console.OpenStandardOutput();
            return new Worker(output).Serve(input) ? ExitCode.Done : ExitCode.BadInput;
        });
        return command;
    }
}
