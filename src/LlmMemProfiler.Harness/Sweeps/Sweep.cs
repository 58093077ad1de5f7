using System.Collections.Concurrent;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Sweeps.Plans;
using LlmMemProfiler.Harness.Sweeps.Workers;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>Measures one job after the other, on several devices side by side, each in a process of its own.</summary>
/// <param name="lanes">The devices, with what they are.</param>
/// <param name="append">Brings a record to the disk; where it fails, the sweep ends.</param>
/// <param name="report">Hears what happens.</param>
public sealed class Sweep(IReadOnlyList<(SweepLane Lane, WorkerFacts Facts)> lanes, Action<RunRecord> append, Action<SweepEvent> report)
{
    /// <summary>Seed of the weights and the prompt.</summary>
    private const long Seed = 1;

    /// <summary>Exit codes of processes that SIGHUP, SIGINT or SIGTERM ended.</summary>
    private static readonly int[] Interrupted = [129, 130, 143];

    private readonly Lock gate = new();

    /// <summary>How long a worker may take.</summary>
    public required TimeSpan Limit { get; init; }

    /// <summary>Folder of another libtorch; null for the one of the program.</summary>
    public string? Libtorch { get; init; }

    /// <summary>True where others may be on the GPU.</summary>
    public bool AllowBusy { get; init; }

    /// <summary>Runs to the end. A worker's failure is a record; a record that cannot be kept is an exception.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; what was running is measured by nobody.</exception>
    public async Task RunAsync(IEnumerable<SweepJob> jobs, CancellationToken cancellation)
    {
        var queue = new ConcurrentQueue<SweepJob>(jobs);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAll(lanes.Select(async lane =>
        {
            try
            {
                while (queue.TryDequeue(out var job))
                    await Measure(lane.Lane, lane.Facts, job, stop.Token);
            }
            catch
            {
                // What stops one device stops all.
                await stop.CancelAsync();
                throw;
            }
        }));
    }

    private async Task Measure(SweepLane lane, WorkerFacts facts, SweepJob job, CancellationToken cancellation)
    {
        Report(new(lane, job, null, null));
        var started = DateTimeOffset.UtcNow;
        var request = new WorkerRequest(lane.Device, Libtorch, job.Point.Model, job.Point.Workload, Seed, AllowBusy);
        var end = await WorkerProcess.RunAsync(lane.Command, request, Limit, state => Report(new(lane, job, state, null)), cancellation);
        // Ctrl-C reaches the worker as well, perhaps a moment before it reaches this process; then it is no failure of the point.
        if (end.Record is null && Interrupted.Contains(end.ExitCode))
            await Task.Delay(500, cancellation);
        var record = WorkerOutcome.Of(job, Seed, facts, end, started, Limit);
        lock (gate)
        {
            append(record);
            report(new(lane, job, null, record));
        }
    }

    private void Report(SweepEvent moment)
    {
        lock (gate)
            report(moment);
    }
}
