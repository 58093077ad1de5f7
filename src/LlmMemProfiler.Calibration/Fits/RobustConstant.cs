using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Units;
using MathNet.Numerics.Statistics;

namespace LlmMemProfiler.Calibration.Fits;

/// <summary>One number for many: the median, which half of the points would have to move.</summary>
internal static class RobustConstant
{
    /// <summary>Makes the median absolute deviation of a normal distribution its standard deviation.</summary>
    public const double ToDeviation = 1.4826;

    private const double FarAway = 3.5;

    public static FittedConstant Of(IReadOnlyCollection<double> values)
    {
        var centre = values.Median();
        var spread = Spread(values, centre);
        return new(Size(centre), values.Count, Size(spread), values.Count(v => Math.Abs(v - centre) > FarAway * Math.Max(spread, 1)));
    }

    /// <summary>Robust standard deviation about a centre.</summary>
    public static double Spread(IEnumerable<double> values, double centre) => ToDeviation * values.Select(v => Math.Abs(v - centre)).Median();

    /// <summary>Standard error of a median of normal values: √(π/2) × deviation / √n.</summary>
    public static double StandardError(FittedConstant constant) =>
        Math.Sqrt(Math.PI / 2) * constant.Spread.Bytes / Math.Sqrt(constant.Count);

    private static ByteSize Size(double bytes) => new(checked((long)Math.Round(bytes)));
}
