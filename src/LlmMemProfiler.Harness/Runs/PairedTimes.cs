using System.Diagnostics;
using System.Globalization;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>
/// Times of two things taken in turn, each step both, their order changing: what disturbs the machine disturbs both alike. The
/// figure is the median of the pairs' ratios.
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
    public double Ratio(double at) => Quantile(pairs.Select(p => p.A / p.B), at);

    /// <summary>The median of the second one's seconds.</summary>
    public double MedianOfSecond => Quantile(pairs.Select(p => p.B), 0.5);

    /// <summary>One line: the ratio with its quartiles, and both medians for orientation.</summary>
    public override string ToString()
    {
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {(MedianRatio - 1) * 100:+0.00;-0.00} % (quartiles {(Ratio(0.25) - 1) * 100:+0.00;-0.00} to {(Ratio(0.75) - 1) * 100:+0.00;-0.00} %), " +
            $"{pairs.Count} pairs, medians {Quantile(pairs.Select(p => p.A), 0.5) * 1000:F2} and {Quantile(pairs.Select(p => p.B), 0.5) * 1000:F2} ms");
    }

    private static double Seconds(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Quantile(IEnumerable<double> values, double at)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)Math.Round(at * (sorted.Length - 1))];
    }
}
