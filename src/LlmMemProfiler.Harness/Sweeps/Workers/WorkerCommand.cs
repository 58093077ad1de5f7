namespace LlmMemProfiler.Harness.Sweeps.Workers;

/// <summary>How a worker process is started.</summary>
/// <param name="File">The program.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record WorkerCommand(string File, IReadOnlyList<string> Arguments)
{
    /// <summary>Variables that it gets beside those of this process, before any library loads.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>This same program with another command.</summary>
    public static WorkerCommand Self(string command)
    {
        var program = System.Environment.ProcessPath!;
        // 'dotnet llmmem.dll' is a process of dotnet's.
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? new(program, [System.Environment.GetCommandLineArgs()[0], command])
            : new(program, [command]);
    }
}
