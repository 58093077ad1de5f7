using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>
/// What a folder of results holds already. Every record counts as finished, out of memory and failures too, since they would come
/// again; those that failed or ran out of time are told apart, so that they can be tried once more.
/// </summary>
public sealed class FinishedPoints
{
    private readonly Dictionary<(string PointId, int Repeat), RunStatus> last = [];

    /// <summary>Reads all results files of a folder, those of other shares too. A last line that was cut off is no record yet.</summary>
    /// <exception cref="InputException">A line is no record, or a file cannot be read.</exception>
    public static FinishedPoints Read(string folder)
    {
        var finished = new FinishedPoints();
        foreach (var record in new ResultsReader(otherwise: "take another folder").Read(ResultsFile.In(folder)))
            finished.last[(record.PointId, record.Repeat)] = record.Status;
        return finished;
    }

    /// <summary>True where the measurement need not be made.</summary>
    /// <param name="job">The measurement.</param>
    /// <param name="retryFailed">True where one that failed or ran out of time is to be tried once more.</param>
    public bool Contains(SweepJob job, bool retryFailed) =>
        last.TryGetValue((job.PointId, job.Repeat), out var status) && !(retryFailed && status is (RunStatus.Failed or RunStatus.Timeout));
}
