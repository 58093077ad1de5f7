using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>
/// A sweep's remaining time, proportional to predicted bytes, which include a constant for process startup (the guide's overhead).
/// </summary>
/// <param name="jobs">All measurements to run.</param>
public sealed class TimeLeft(IEnumerable<SweepJob> jobs)
{
    private double left = jobs.Sum(job => (double)job.Predicted.Bytes);
    private double done;

    public void Finish(ByteSize predicted)
    {
        left -= predicted.Bytes;
        done += predicted.Bytes;
    }

    /// <param name="elapsed">Time since the first one began.</param>
    /// <returns>Null until one is done.</returns>
    public TimeSpan? After(TimeSpan elapsed) => done > 0 ? elapsed * (Math.Max(0, left) / done) : null;
}
