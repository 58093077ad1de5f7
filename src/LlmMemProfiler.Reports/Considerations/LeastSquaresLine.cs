using System.Globalization;

namespace LlmMemProfiler.Reports.Considerations;

/// <summary>A least-squares line.</summary>
/// <param name="Slope">Units of y per unit of x.</param>
/// <param name="Intercept">y at x = 0.</param>
/// <param name="Determination">R²: the share of the variance of y that the line explains; null if y does not vary.</param>
/// <param name="LargestDeviation">The largest distance of a point from the line, in units of y.</param>
/// <param name="Range">Largest minus smallest y.</param>
internal sealed record LeastSquaresLine(double Slope, double Intercept, double? Determination, double LargestDeviation, double Range)
{
    /// <summary>Two values lie on a line whatever they are; only a third one can contradict it.</summary>
    public const int FewestValues = 3;

    /// <summary>The largest deviation that still counts as linear, as a share of the range.</summary>
    private const double Straight = 0.02;

    public bool IsLinear => LargestDeviation <= Straight * Range;

    /// <summary>How well the line fits, in words; y in bytes.</summary>
    public string Quality
    {
        get
        {
            var determination = Determination is { } r ? string.Create(CultureInfo.InvariantCulture, $"R² {r:0.####}, ") : "";
            var share = IsLinear ? "" : string.Create(CultureInfo.InvariantCulture, $", {100 * LargestDeviation / Range:F0} % of the range");
            return string.Create(CultureInfo.InvariantCulture, $"{determination}largest deviation {LargestDeviation:N0} B{share}");
        }
    }

    /// <returns>Null for fewer than <see cref="FewestValues"/> distinct x.</returns>
    public static LeastSquaresLine? Of(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.DistinctBy(p => p.X).Count() < FewestValues)
            return null;
        double meanX = points.Average(p => p.X), meanY = points.Average(p => p.Y);
        var slope = points.Sum(p => (p.X - meanX) * (p.Y - meanY)) / points.Sum(p => (p.X - meanX) * (p.X - meanX));
        var intercept = meanY - slope * meanX;
        double[] deviations = [.. points.Select(p => Math.Abs(p.Y - intercept - slope * p.X))];
        var variance = points.Sum(p => (p.Y - meanY) * (p.Y - meanY));
        return new(
            slope, intercept, variance == 0 ? null : 1 - deviations.Sum(d => d * d) / variance, deviations.Max(),
            points.Max(p => p.Y) - points.Min(p => p.Y));
    }
}
