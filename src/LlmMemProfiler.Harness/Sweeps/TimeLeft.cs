using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>
/// How long a sweep will go on: what is left takes its time as what is done did, by predicted bytes, which hold a constant for a
/// process's start in the guide's overhead.
/// </summary>
/// <param name="jobs">All that is to be measured.</param>
public sealed class TimeLeft(IEnumerable<SweepJob> jobs)
{
    private double left = jobs.Sum(job => (double)job.Predicted.Bytes);
    private double done;

    public void Finish(ByteSize predicted)
    {
        left -= predicted.Bytes;
        done += predicted.Bytes;
    }

    /// <param name="elapsed">Since the first one began.</param>
    /// <returns>Null as long as nothing is done.</returns>
    public TimeSpan? After(TimeSpan elapsed) => done > 0 ? elapsed * (Math.Max(0, left) / done) : null;
}
