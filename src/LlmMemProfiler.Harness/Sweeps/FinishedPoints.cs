using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>
/// Points already measured in a results folder. Every record counts as finished, including out of memory and failures, which would
/// recur; failures and timeouts can be retried. That a device was lost says nothing of the point.
/// </summary>
public sealed class FinishedPoints
{
    private readonly Dictionary<(string PointId, int Repeat), RunStatus> last = [];

    /// <summary>Reads all results files in a folder, including other shards'. A truncated last line does not count.</summary>
    /// <exception cref="InputException">A line is not a record, or a file cannot be read.</exception>
    public static FinishedPoints Read(string folder)
    {
        var finished = new FinishedPoints();
        foreach (var record in new ResultsReader(remedy: "use another folder").Read(ResultsFile.In(folder)))
        {
            if (record.DeviceError is not { IsLost: true })
                finished.last[(record.PointId, record.Repeat)] = record.Status;
        }
        return finished;
    }

    /// <summary>True if the measurement can be skipped.</summary>
    /// <param name="job">The measurement.</param>
    /// <param name="retryFailed">True to retry failures and timeouts.</param>
    public bool Contains(SweepJob job, bool retryFailed) => StatusOf(job) is { } status && !(retryFailed && IsFailure(status));

    /// <summary>The status of its last record; null without one.</summary>
    public RunStatus? StatusOf(SweepJob job) => last.TryGetValue((job.PointId, job.Repeat), out var status) ? status : null;

    /// <summary>True if the point has no result. Out of memory is one.</summary>
    public static bool IsFailure(RunStatus? status) => status is RunStatus.Failed or RunStatus.Timeout or RunStatus.Stopped;
}
