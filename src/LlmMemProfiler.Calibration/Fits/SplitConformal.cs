namespace LlmMemProfiler.Calibration.Fits;

/// <summary>
/// Distribution-free intervals: of n errors on points unseen by the fit, the one of rank ⌈(n + 1) × level⌉ covers a new point
/// with at least that probability.
/// </summary>
/// <remarks>Vovk, Gammerman and Shafer (2005); Lei et al., Distribution-free predictive inference for regression (2018).</remarks>
public static class SplitConformal
{
    public const double Level = 0.95;

    /// <summary>The half width and its guaranteed coverage: with fewer than 19 errors, the largest covers only n / (n + 1).</summary>
    /// <param name="errors">Absolute errors, at least one.</param>
    public static (double HalfWidth, double Guarantee) Of(IReadOnlyCollection<double> errors)
    {
        var sorted = errors.Order().ToArray();
        var rank = Rank(sorted.Length);
        return rank <= sorted.Length ? (sorted[rank - 1], Level) : (sorted[^1], sorted.Length / (sorted.Length + 1.0));
    }

    /// <summary>⌈(n + 1) × level⌉, 1-based; in integers, since 0.95 × 20 must be exactly 19.</summary>
    internal static int Rank(int count) => (((count + 1) * 95) + 99) / 100;
}
