using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Sweeps.Plans;
using LlmMemProfiler.Harness.Sweeps.Workers;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>Which measurements of a sweep are done, pending or skipped.</summary>
public sealed class SweepState
{
    private readonly SweepRequest request;
    private readonly ByteSize? capacity;
    private readonly IReadOnlyList<SweepJob> all;
    private readonly Dictionary<SweepJob, string> states;

    public SweepState(SweepRequest request, WorkerFacts facts, FinishedPoints before)
    {
        this.request = request;
        capacity = facts.Capacity;
        all = SweepJob.Of(request.Plan.Points, request.Repeats, facts.Device.Kind, facts.Allocator);
        states = all.ToDictionary(job => job, job =>
            before.Contains(job, request.RetryFailed) ? SweepStates.Before
            : Fits(job) == false && !request.NoSkip ? SweepStates.Skipped
            : SweepStates.Pending);
        Jobs = [.. all.Where(job => states[job] == SweepStates.Pending)];
    }

    /// <summary>The measurements to run.</summary>
    public IReadOnlyList<SweepJob> Jobs { get; }

    /// <summary>Number of measurements that did not succeed.</summary>
    public int Errors { get; private set; }

    public int Done { get; private set; }

    public void Add(SweepEvent moment)
    {
        if (moment.Record is not { } record)
            return;
        states[moment.Job] = record.Status.Name();
        Done++;
        Errors += record.Status == RunStatus.Ok ? 0 : 1;
    }

    public SweepRecord Record(IReadOnlyList<SweepLane> lanes, string? results) => new()
    {
        Plan = request.Plan.Name,
        Shard = request.Shard?.ToString(),
        Devices = [.. lanes.Select(lane => lane.Name)],
        Capacity = capacity,
        Results = results,
        Counts = ((string[])[.. Words.Of<RunStatus>().Keys, SweepStates.Before, SweepStates.Skipped, SweepStates.Pending])
            .ToDictionary(name => name, name => states.Values.Count(state => state == name)),
        Points = [.. all.Select(job => new SweepPointRecord(
            job.PointId, job.Repeat, job.Point.Model.Name, job.Point.WorkloadFacts, job.Predicted, Fits(job), states[job]))],
    };

    private bool? Fits(SweepJob job) => capacity is { } most ? job.Predicted <= most : null;
}
