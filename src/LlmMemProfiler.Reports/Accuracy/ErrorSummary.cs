namespace LlmMemProfiler.Reports.Accuracy;

/// <summary>How far predictions lie from measurements, in percent of the measurement.</summary>
/// <param name="Count">Pairs compared; from 1 on.</param>
/// <param name="Exact">Of them equal to the byte.</param>
/// <param name="Under">Of them predicted too low.</param>
/// <param name="Median">Of the absolute errors.</param>
/// <param name="Mean">Of the absolute errors.</param>
/// <param name="Largest">Of the absolute errors.</param>
/// <param name="SignedMean">Mean of the errors with their sign.</param>
internal sealed record ErrorSummary(
    int Count, int Exact, int Under, double Median, double Mean, double Largest, double SignedMean)
{
    /// <returns>Null where there is nothing to sum up.</returns>
    public static ErrorSummary? Of(IReadOnlyCollection<Comparison> comparisons)
    {
        if (comparisons.Count == 0)
            return null;
        double[] absolute = [.. comparisons.Select(c => Math.Abs(c.Error)).Order()];
        return new(
            comparisons.Count, comparisons.Count(c => c.Difference == 0), comparisons.Count(c => c.Difference < 0),
            Quantile(absolute, 0.5), absolute.Average(), absolute[^1], comparisons.Average(c => c.Error));
    }

    /// <summary>A quantile of sorted numbers, between two neighbours in proportion.</summary>
    public static double Quantile(IReadOnlyList<double> sorted, double share)
    {
        var place = share * (sorted.Count - 1);
        var below = (int)place;
        return below + 1 < sorted.Count ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }
}
