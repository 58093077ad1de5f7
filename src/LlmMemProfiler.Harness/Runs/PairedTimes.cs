using System.Diagnostics;
using System.Globalization;
using MathNet.Numerics.Statistics;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>
/// Times of two actions measured in pairs, in alternating order, so that disturbances affect both alike. The result is the
/// median of the pairs' ratios.
/// </summary>
public sealed class PairedTimes(string name)
{
    private readonly List<(double A, double B)> pairs = [];

    public void Add(Action a, Action b)
    {
        double first, second;
        if (pairs.Count % 2 == 0)
        {
            first = Seconds(a);
            second = Seconds(b);
        }
        else
        {
            second = Seconds(b);
            first = Seconds(a);
        }
        pairs.Add((first, second));
    }

    public int Count => pairs.Count;

    public double MedianRatio => Ratio(0.5);

    /// <summary>A quantile of the pairs' ratios.</summary>
    /// <param name="at">From 0 to 1.</param>
    public double Ratio(double at) => pairs.Select(p => p.A / p.B).QuantileCustom(at, QuantileDefinition.R7);

    /// <summary>Median seconds of the second action.</summary>
    public double MedianOfSecond => pairs.Select(p => p.B).Median();

    /// <summary>One line: the ratio with its quartiles, and both medians.</summary>
    public override string ToString()
    {
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {(MedianRatio - 1) * 100:+0.00;-0.00} % (quartiles {(Ratio(0.25) - 1) * 100:+0.00;-0.00} to {(Ratio(0.75) - 1) * 100:+0.00;-0.00} %), " +
            $"{pairs.Count} pairs, medians {pairs.Select(p => p.A).Median() * 1000:F2} and {pairs.Select(p => p.B).Median() * 1000:F2} ms");
    }

    private static double Seconds(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
