using LlmMemProfiler.Core;

namespace LlmMemProfiler.Calibration.Inputs;

/// <summary>How many records serve what in a calibration. The split follows from the points alone, so it is known before any is measured.</summary>
/// <param name="Fit">To fit the constants.</param>
/// <param name="Conformal">For the interval.</param>
/// <param name="HeldOut">The extremes, to choose slopes and report errors.</param>
public sealed record SplitCounts(int Fit, int Conformal, int HeldOut)
{
    /// <summary>Records needed to fit the constants.</summary>
    public const int MinFitted = 5;

    /// <summary>With this many points, a split almost never comes out too small.</summary>
    private const int Recommended = 24;

    /// <summary>Points that an interval for 95 % takes: the largest of n errors covers n / (n + 1).</summary>
    public const int For95Percent = 19;

    public static SplitCounts Of(IEnumerable<DataSplit> splits)
    {
        var counts = splits.CountBy(split => split).ToDictionary();
        return new(counts.GetValueOrDefault(DataSplit.Fit), counts.GetValueOrDefault(DataSplit.Conformal), counts.GetValueOrDefault(DataSplit.HeldOut));
    }

    /// <param name="usable">What they are of: '9 of 12 are usable'.</param>
    /// <exception cref="InputException">Too few for a fit, an interval, and an error.</exception>
    public void Require(string usable)
    {
        if (Fit < MinFitted || Conformal < 1 || HeldOut < 1)
        {
            throw new InputException(
                $"too few records to calibrate: {usable} ({Fit} to fit, {Conformal} for the interval, {HeldOut} held out); " +
                $"at least {MinFitted}, 1, and 1 are needed, as from a sweep of {Recommended} or more points");
        }
    }
}
