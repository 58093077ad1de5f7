namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>2 / √π · ∫₀ˣ e^(−t²) dt, by its series.</summary>
/// <remarks>Abramowitz and Stegun (1964), 7.1.6: no term is negative, so nothing cancels.</remarks>
internal static class ErrorFunction
{
    public static double Of(double x)
    {
        // Nearer to ±1 than a double can tell.
        if (Math.Abs(x) > 6)
            return Math.Sign(x);
        var (term, sum) = (x, x);
        for (var n = 1; Math.Abs(term) > Math.Abs(sum) * 1e-17; n++)
            sum += term *= 2 * x * x / ((2 * n) + 1);
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
