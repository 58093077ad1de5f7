namespace LlmMemProfiler.Harness.Sweeps.Workers;

/// <summary>How to start a worker process.</summary>
/// <param name="File">The program.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record WorkerCommand(string File, IReadOnlyList<string> Arguments)
{
    /// <summary>Environment variables set in addition to this process's, before any library is loaded.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>This program with another command.</summary>
    public static WorkerCommand Self(string command)
    {
        var program = System.Environment.ProcessPath!;
        // 'dotnet llmmem.dll' runs in a dotnet process.
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? new(program, [System.Environment.GetCommandLineArgs()[0], command])
            : new(program, [command]);
    }
}
