using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Harness.Sweeps.Workers;

/// <summary>The result of a worker process.</summary>
public sealed record WorkerEnd
{
    public WorkerFacts? Facts { get; init; }

    public WorkerState? State { get; init; }

    public RunRecord? Record { get; init; }

    public WorkerFault? Fault { get; init; }

    /// <summary>The exit code; 128 + N for a process ended by signal N.</summary>
    public required int ExitCode { get; init; }

    /// <summary>True if it was killed at its time limit.</summary>
    public bool TimedOut { get; init; }

    /// <summary>Processes that the kernel killed for want of memory while the worker ran; null if it does not say.</summary>
    public long? OomKills { get; init; }

    /// <summary>The last lines of its stderr, joined; may be empty.</summary>
    public string StderrTail { get; init; } = "";

    /// <summary>Number of stdout lines that were not messages.</summary>
    public int Garbage { get; init; }
}
