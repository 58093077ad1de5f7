namespace LlmMemProfiler.Reports.Considerations;

/// <summary>A least-squares line.</summary>
/// <param name="Slope">Units of y per unit of x.</param>
/// <param name="Intercept">y at x = 0.</param>
/// <param name="LargestMiss">The largest distance of a point from the line, as a fraction of the range of y.</param>
internal sealed record Fit(double Slope, double Intercept, double LargestMiss)
{
    /// <summary>The largest miss that still counts as linear.</summary>
    private const double Straight = 0.02;

    public bool IsLinear => LargestMiss <= Straight;

    /// <returns>Null if all x are equal.</returns>
    public static Fit? Of(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Count < 2)
            return null;
        double meanX = points.Average(p => p.X), meanY = points.Average(p => p.Y);
        var spread = points.Sum(p => (p.X - meanX) * (p.X - meanX));
        if (spread == 0)
            return null;
        var slope = points.Sum(p => (p.X - meanX) * (p.Y - meanY)) / spread;
        var intercept = meanY - slope * meanX;
        var rise = points.Max(p => p.Y) - points.Min(p => p.Y);
        var miss = points.Max(p => Math.Abs(p.Y - intercept - slope * p.X));
        return new(slope, intercept, rise == 0 ? 0 : miss / rise);
    }
}
