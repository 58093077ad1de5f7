using System.Globalization;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Shapes.Kernels.Cpu;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Runs;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Harness.Sweeps.Workers;

/// <summary>Makes a record from a worker's result; without its own record, from its last known state.</summary>
public static class WorkerOutcome
{
    private const int FirstSignal = 128;
    private const int Kill = FirstSignal + 9;

    private static readonly string[] MemoryWords = ["OutOfMemoryException", "Out of memory", "out of memory", "std::bad_alloc", "can't allocate memory"];

    private static readonly Dictionary<int, string> Signals = new()
    {
        [1] = "SIGHUP",
        [2] = "SIGINT",
        [4] = "SIGILL",
        [6] = "SIGABRT",
        [7] = "SIGBUS",
        [8] = "SIGFPE",
        [9] = "SIGKILL",
        [11] = "SIGSEGV",
        [15] = "SIGTERM",
    };

    /// <param name="job">The requested measurement.</param>
    /// <param name="seed">Seed of the weights and the prompt.</param>
    /// <param name="facts">Device and host, if the worker sent none.</param>
    /// <param name="end">The worker's result.</param>
    /// <param name="started">Start time.</param>
    /// <param name="limit">Time limit.</param>
    public static RunRecord Of(SweepJob job, long seed, WorkerFacts facts, WorkerEnd end, DateTimeOffset started, TimeSpan limit)
    {
        if (end.Record is { } record && record.PointId == job.PointId)
            return record with { Repeat = job.Repeat };
        var (status, error) = Judge(end, limit);
        return Unfinished(job, seed, end.Facts ?? facts, end.State, started) with { Status = status, Error = error };
    }

    private static (RunStatus Status, string Error) Judge(WorkerEnd end, TimeSpan limit)
    {
        var details = (end.StderrTail.Length > 0 ? $"; stderr: {end.StderrTail}" : "") +
            (end.Garbage > 0 ? $"; unexpected lines on stdout: {end.Garbage}" : "");
        var place = end.State is { } state
            ? string.Create(CultureInfo.InvariantCulture, $"in {state.Phase.Name()} ({state.Done} of {state.Total})")
            : "before its first progress message";
        if (end.Record is { } other)
            return (RunStatus.Failed, $"the worker measured another point, {other.PointId}{details}");
        if (end.Fault is { } fault)
            return (RunStatus.Failed, fault.Text);
        if (end.TimedOut)
            return (RunStatus.Timeout, string.Create(CultureInfo.InvariantCulture, $"timed out after {limit.TotalSeconds:0.###} s, {place}{details}"));
        var (code, signal) = (end.ExitCode, Signals.GetValueOrDefault(end.ExitCode - FirstSignal));
        var ended = signal is null ? $"the worker exited with code {code} and no record {place}" : $"the worker was killed by signal {code - FirstSignal} ({signal}) {place}";
        // Anybody can send a SIGKILL: that memory ran out is told by the kernel's own count, or by the allocator's own error.
        var isMemory = (code == Kill && end.OomKills > 0)
            || (code != 0 && MemoryWords.Any(word => end.StderrTail.Contains(word, StringComparison.Ordinal)));
        var kernel = code != Kill ? ""
            : end.OomKills is { } kills ? string.Create(CultureInfo.InvariantCulture, $"; the kernel's out-of-memory kills meanwhile: {kills}")
            : "; the kernel does not say whether memory ran out";
        return (isMemory ? RunStatus.Oom : RunStatus.Failed, ended + kernel + details);
    }

    private static RunRecord Unfinished(SweepJob job, long seed, WorkerFacts facts, WorkerState? state, DateTimeOffset started)
    {
        const string reason = "unknown: the worker ended first";
        var phases = state?.Phases ?? [];
        return new()
        {
            PointId = job.PointId,
            Repeat = job.Repeat,
            RunId = RunId.New(),
            Status = RunStatus.Failed,
            Started = started,
            Model = job.Point.ModelFacts,
            Workload = job.Point.WorkloadFacts,
            Device = facts.Device,
            Host = facts.Host,
            Seed = seed,
            Measured = new()
            {
                Parts = new(),
                TensorParts = new(),
                Phases = phases,
                Unknown = ["peaks and parts of the whole run: the worker ended early; the phases show the last known state"],
            },
            Estimates = Estimators.All(
                job.Point.Model, job.Point.Workload, facts.Device.Kind == DeviceKind.Cpu ? new(new CpuKernels(facts.Host.Threads)) : null),
            Timing = new(phases.FirstOrDefault(p => p.Phase == Phase.Load)?.Seconds, null, null),
            Events = new(null, 0, 0, reason),
            Generated = [],
            Timeline = new() { Seconds = [], Phase = [], Step = [], Allocated = [], Device = [] },
        };
    }
}
