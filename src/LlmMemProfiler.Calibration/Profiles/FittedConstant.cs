using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;
using MathNet.Numerics.Statistics;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>A median with diagnostics; it takes half of the points to move it.</summary>
/// <param name="Value">The constant.</param>
/// <param name="Count">Number of points.</param>
/// <param name="Spread">Robust standard deviation of those points: 1.4826 × the median absolute deviation.</param>
/// <param name="Outliers">Points more than 3.5 spreads away.</param>
public sealed record FittedConstant(
    [property: JsonPropertyName("value_bytes")] ByteSize Value,
    int Count,
    [property: JsonPropertyName("spread_bytes")] ByteSize Spread,
    int Outliers)
{
    /// <summary>Turns the median absolute deviation of a normal distribution into its standard deviation.</summary>
    private const double ToDeviation = 1.4826;

    internal const double FarAway = 3.5;

    /// <param name="values">Bytes; at least one value.</param>
    public static FittedConstant Of(IReadOnlyCollection<double> values)
    {
        var center = values.Median();
        var spread = SpreadAbout(values, center);
        return new(Size(center), values.Count, Size(spread), values.Count(v => Math.Abs(v - center) > FarAway * Math.Max(spread, 1)));
    }

    /// <summary>Robust standard deviation about a center.</summary>
    public static double SpreadAbout(IEnumerable<double> values, double center) => ToDeviation * values.Select(v => Math.Abs(v - center)).Median();

    /// <summary>Standard error of a median of normal values: √(π/2) × deviation / √n.</summary>
    public double StandardError() => Math.Sqrt(Math.PI / 2) * Spread.Bytes / Math.Sqrt(Count);

    private static ByteSize Size(double bytes) => new(checked((long)Math.Round(bytes)));
}
