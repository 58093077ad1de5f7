namespace LlmMemProfiler.Calibration.Fits;

/// <summary>
/// Intervals that hold whatever the errors' distribution: from the errors of points that no fit has seen, the one of rank
/// ⌈(n + 1) × level⌉ covers a further point with at least that probability.
/// </summary>
/// <remarks>Vovk, Gammerman and Shafer (2005); Lei et al., Distribution-free predictive inference for regression (2018).</remarks>
public static class SplitConformal
{
    public const double Level = 0.95;

    /// <summary>The half width, and what it promises: with fewer than 19 errors the largest covers n / (n + 1) only.</summary>
    /// <param name="errors">Absolute errors, at least one.</param>
    public static (double HalfWidth, double Guarantee) Of(IReadOnlyCollection<double> errors)
    {
        var sorted = errors.Order().ToArray();
        var rank = Rank(sorted.Length);
        return rank <= sorted.Length ? (sorted[rank - 1], Level) : (sorted[^1], sorted.Length / (sorted.Length + 1.0));
    }

    /// <summary>⌈(n + 1) × level⌉, counted from 1; in whole numbers, for 0.95 × 20 is 19 and not a little more.</summary>
    internal static int Rank(int count) => (((count + 1) * 95) + 99) / 100;
}
