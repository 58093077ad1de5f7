using System.Collections.Concurrent;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Sweeps.Plans;
using LlmMemProfiler.Harness.Sweeps.Workers;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>Runs jobs on one or more devices in parallel, each job in its own process.</summary>
/// <param name="lanes">The devices and their facts.</param>
/// <param name="append">Writes a record to disk; a failure ends the sweep.</param>
/// <param name="report">Receives events.</param>
public sealed class Sweep(IReadOnlyList<(SweepLane Lane, WorkerFacts Facts)> lanes, Action<RunRecord> append, Action<SweepEvent> report)
{
    /// <summary>Seed of the weights and the prompt.</summary>
    private const long Seed = 1;

    /// <summary>Exit codes of processes ended by SIGHUP, SIGINT or SIGTERM.</summary>
    private static readonly int[] Interrupted = [129, 130, 143];

    private readonly Lock gate = new();

    /// <summary>Time limit per worker.</summary>
    public required TimeSpan Limit { get; init; }

    /// <summary>Folder of another libtorch; null for the program's own.</summary>
    public string? Libtorch { get; init; }

    /// <summary>True if other processes may be using the GPU.</summary>
    public bool AllowBusy { get; init; }

    /// <summary>Runs all jobs. A worker's failure is a record; a record that cannot be written is an exception.</summary>
    /// <exception cref="OperationCanceledException">Canceled; running measurements are lost.</exception>
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
                // An error on one device stops all.
                await stop.CancelAsync();
                throw;
            }
        }));
    }

    private async Task Measure(SweepLane lane, WorkerFacts facts, SweepJob job, CancellationToken cancellation)
    {
        Report(new(lane, job, null, null));
        var started = DateTimeOffset.UtcNow;
        var request = new WorkerRequest(lane.Device, Libtorch, GptSizes.Of(job.Point.Model), job.Point.Workload, Seed, AllowBusy);
        var end = await WorkerProcess.RunAsync(lane.Command, request, Limit, state => Report(new(lane, job, state, null)), cancellation);
        // Ctrl-C also reaches the worker, possibly before this process; that is not a failure of the point.
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
