using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Sweeps.Plans;
using LlmMemProfiler.Harness.Sweeps.Workers;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>Which measurements of a sweep are done, pending or skipped.</summary>
public sealed class SweepState
{
    private readonly SweepRequest request;
    private readonly WorkerFacts facts;
    private readonly IReadOnlyList<SweepJob> all;
    private readonly Dictionary<SweepJob, string> states;
    private readonly Dictionary<SweepJob, RunStatus?> last;

    /// <param name="request">The sweep.</param>
    /// <param name="facts">The device's.</param>
    /// <param name="before">What earlier sweeps measured.</param>
    /// <param name="onPass">As for <see cref="SweepJob.Of"/>: each point is simulated.</param>
    public SweepState(SweepRequest request, WorkerFacts facts, FinishedPoints before, Action<long, long>? onPass = null)
    {
        this.request = request;
        this.facts = facts;
        all = SweepJob.Of(request.Plan.Points, request.Repeats, facts.Device.Kind, facts.Allocator, onPass);
        last = all.ToDictionary(job => job, before.StatusOf);
        states = all.ToDictionary(job => job, job =>
            before.Contains(job, request.RetryFailed) ? SweepStates.Before
            : Fits(job) == false && !request.NoSkip ? SweepStates.Skipped
            : SweepStates.Pending);
        Jobs = [.. all.Where(job => states[job] == SweepStates.Pending)];
        Before = states.Values.Count(state => state == SweepStates.Before);
        Reached = all.Count - Jobs.Count;
        Expected = PointTime.Of(Jobs.Select(job => job.Point), facts.Device.Kind, facts.Host.Threads);
    }

    /// <summary>The measurements to run.</summary>
    public IReadOnlyList<SweepJob> Jobs { get; }

    /// <summary>Measurements of the whole plan.</summary>
    public int Total => all.Count;

    /// <summary>Those of them that an earlier sweep made.</summary>
    public int Before { get; }

    /// <summary>How far the sweep has come in the plan: measured now or before, or skipped.</summary>
    public int Reached { get; private set; }

    /// <summary>Number of measurements that did not succeed.</summary>
    public int Errors { get; private set; }

    /// <summary>About how long the measurements to run take, one after the other.</summary>
    public TimeSpan Expected { get; }

    /// <summary>About how long one of them takes.</summary>
    public TimeSpan ExpectedOf(SweepJob job) => PointTime.Of(job.Point, facts.Device.Kind, facts.Host.Threads);

    public void Add(SweepEvent moment)
    {
        if (moment.Record is not { } record)
            return;
        states[moment.Job] = record.Status.Name();
        last[moment.Job] = record.Status;
        Reached++;
        Errors += record.Status == RunStatus.Ok ? 0 : 1;
    }

    public SweepRecord Record(IReadOnlyList<SweepLane> lanes, string? results) => new()
    {
        Plan = request.Plan.Name,
        Shard = request.Shard?.ToString(),
        Devices = [.. lanes.Select(lane => lane.Name)],
        DeviceKind = facts.Device.Kind,
        Capacity = facts.Capacity,
        Results = results,
        ExpectedSeconds = Math.Round(Expected.TotalSeconds / lanes.Count),
        Failures = last.Values.Count(FinishedPoints.IsFailure),
        // A sweep has no text that could end.
        Counts = ((string[])[.. Words.Of<RunStatus>().Keys.Where(name => name != RunStatus.Stopped.Name()), SweepStates.Before, SweepStates.Skipped, SweepStates.Pending])
            .ToDictionary(name => name, name => states.Values.Count(state => state == name)),
        Points = [.. all.Select(job => new SweepPointRecord(
            job.PointId, job.Repeat, job.Point.Model.Name, job.Point.WorkloadFacts, job.Predicted, Fits(job), states[job]))],
    };

    private bool? Fits(SweepJob job) => facts.Capacity is { } most ? job.Predicted <= most : null;
}
