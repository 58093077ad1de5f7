using System.Collections.Concurrent;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Device;
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
    private readonly List<RunRecord> lost = [];

    /// <summary>Time limit per worker.</summary>
    public required TimeSpan Limit { get; init; }

    /// <summary>Folder of another libtorch; null for the program's own.</summary>
    public string? Libtorch { get; init; }

    /// <summary>True if other processes may be using the GPU.</summary>
    public bool AllowBusy { get; init; }

    /// <summary>The last records of devices that are gone: they measure nothing more, and the others go on.</summary>
    public IReadOnlyList<RunRecord> Lost => lost;

    /// <summary>Runs all jobs, unless all devices are lost. A worker's failure is a record; a record that cannot be written is an exception.</summary>
    /// <exception cref="OperationCanceledException">Canceled; running measurements are lost.</exception>
    public async Task RunAsync(IEnumerable<SweepJob> jobs, CancellationToken cancellation)
    {
        var queue = new ConcurrentQueue<SweepJob>(jobs);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAll(lanes.Select(async lane =>
        {
            try
            {
                while (queue.TryDequeue(out var job) && await Measure(lane.Lane, lane.Facts, job, stop.Token))
                    continue;
            }
            catch
            {
                // An error on one device stops all.
                await stop.CancelAsync();
                throw;
            }
        }));
    }

    /// <returns>False if the device is lost.</returns>
    private async Task<bool> Measure(SweepLane lane, WorkerFacts facts, SweepJob job, CancellationToken cancellation)
    {
        Report(new(lane, job, null, null));
        var started = DateTimeOffset.UtcNow;
        var request = new WorkerRequest(lane.Device, Libtorch, WorkerModel.Of(job.Point.Model), job.Point.Workload, Seed, AllowBusy);
        var end = await WorkerProcess.RunAsync(lane.Command, request, Limit, state => Report(new(lane, job, state, null)), cancellation);
        // Ctrl-C also reaches the worker, possibly before this process; that is not a failure of the point.
        if (end.Record is null && Interrupted.Contains(end.ExitCode))
            await Task.Delay(500, cancellation);
        var record = WorkerOutcome.Of(job, Seed, facts, end, started, Limit);
        if (MayBeLost(record, end) && await IsLost(lane))
            record = record with { DeviceError = (record.DeviceError ?? new(null, null, null)) with { IsLost = true } };
        var isLost = record.DeviceError?.IsLost == true;
        lock (gate)
        {
            if (isLost)
                lost.Add(record);
            append(record);
            report(new(lane, job, null, record));
        }
        return !isLost;
    }

    /// <summary>A kernel that failed ends with its process; a GPU that fell off the bus fails in the next one too.</summary>
    private static bool MayBeLost(RunRecord record, WorkerEnd end) =>
        record.Device.Kind.IsGpu() && record.DeviceError is not { IsLost: true }
        && record.Status == RunStatus.Failed && (record.DeviceError is not null || (end.Record is null && end.Fault is null));

    private async Task<bool> IsLost(SweepLane lane)
    {
        try
        {
            _ = await lane.QueryAsync(Libtorch, AllowBusy, Limit);
            return false;
        }
        catch (DeviceException)
        {
            return true;
        }
    }

    private void Report(SweepEvent moment)
    {
        lock (gate)
            report(moment);
    }
}
