namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>How far a value lies beyond the fit.</summary>
public enum Reach
{
    /// <summary>Not beyond it.</summary>
    Within,

    /// <summary>Beyond it, but not beyond the held-out extremes.</summary>
    Tested,

    /// <summary>Beyond the extremes by no larger factor than they lie beyond the fit.</summary>
    AsFarAgain,

    /// <summary>Farther than anything that was tested.</summary>
    Unknown,
}

/// <summary>An axis of the calibrated points.</summary>
/// <param name="Least">The smallest value fitted.</param>
/// <param name="Most">The largest value fitted.</param>
/// <param name="Tested">The largest value of a held-out point; <paramref name="Most"/> if none is larger.</param>
public sealed record AxisRange(long Least, long Most, long Tested)
{
    public static AxisRange Of(IEnumerable<long> seen, IEnumerable<long> tested)
    {
        var (least, most) = (long.MaxValue, long.MinValue);
        foreach (var value in seen)
            (least, most) = (Math.Min(least, value), Math.Max(most, value));
        return new(least, most, Math.Max(most, tested.Max()));
    }

    public Reach ReachOf(long value) =>
        value <= Most ? Reach.Within
        : value <= Tested ? Reach.Tested
        : Most > 0 && (double)value * Most <= (double)Tested * Tested && Tested > Most ? Reach.AsFarAgain
        : Reach.Unknown;
}
