using LlmMemProfiler.Harness.Runs;

namespace LlmMemProfiler.Harness.Sweeps.Workers;

/// <summary>How to start a worker process.</summary>
/// <param name="File">The program.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record WorkerCommand(string File, IReadOnlyList<string> Arguments)
{
    /// <summary>Environment variables set in addition to this process's, before any library is loaded.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>This program with another command, as a process that measures.</summary>
    public static WorkerCommand Self(string command)
    {
        var program = System.Environment.ProcessPath!;
        // 'dotnet llmmem.dll' runs in a dotnet process.
        IReadOnlyList<string> arguments = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [System.Environment.GetCommandLineArgs()[0], command] : [command];
        return SteadyCode.IsChosen
            ? new(program, arguments)
            : new(program, arguments) { Environment = new Dictionary<string, string> { [SteadyCode.Variable] = SteadyCode.Value } };
    }
}
