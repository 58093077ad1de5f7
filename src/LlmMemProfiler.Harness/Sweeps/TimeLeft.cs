namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>
/// A sweep's remaining time: what is expected of the measurements left, times how much longer than expected those before took.
/// </summary>
/// <param name="expected">What is expected of all measurements to run, one after the other.</param>
/// <param name="lanes">How many run at the same time.</param>
public sealed class TimeLeft(TimeSpan expected, int lanes)
{
    /// <summary>Until this much is done, the expectation counts more than what was seen: the first points are often the smallest.</summary>
    private static readonly TimeSpan Trusted = TimeSpan.FromSeconds(10);

    private TimeSpan left = expected;
    private TimeSpan done;

    /// <param name="expected">What was expected of a measurement that has ended.</param>
    public void Finish(TimeSpan expected)
    {
        left -= expected;
        done += expected;
    }

    /// <param name="elapsed">Time since the first one began.</param>
    public TimeSpan After(TimeSpan elapsed) =>
        left <= TimeSpan.Zero ? TimeSpan.Zero : left * ((elapsed + Trusted / lanes) / (done + Trusted));
}
