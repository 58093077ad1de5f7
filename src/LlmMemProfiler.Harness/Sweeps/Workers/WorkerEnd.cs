using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Harness.Sweeps.Workers;

/// <summary>What a worker process left behind.</summary>
public sealed record WorkerEnd
{
    public WorkerFacts? Facts { get; init; }

    public WorkerState? State { get; init; }

    public RunRecord? Record { get; init; }

    public WorkerFault? Fault { get; init; }

    /// <summary>The exit code; 128 + N for a process that signal N ended.</summary>
    public required int ExitCode { get; init; }

    /// <summary>True where it was ended because its time was over.</summary>
    public bool TimedOut { get; init; }

    /// <summary>The last lines of its stderr, in one; empty where there were none.</summary>
    public string StderrTail { get; init; } = "";

    /// <summary>Lines of its stdout that were no messages.</summary>
    public int Garbage { get; init; }
}
