using System.Diagnostics;
using System.Globalization;

namespace LlmMemProfiler.Benchmarks;

/// <summary>
/// Times of two things taken in turn, each step both, their order changing: what disturbs the machine disturbs both alike. The
/// figure is the median of the pairs' ratios.
/// </summary>
internal sealed class PairedTimes(string name)
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

    public double MedianRatio => Quantile(pairs.Select(p => p.A / p.B), 0.5);

    /// <summary>One line: the ratio with its quartiles, and both medians for orientation.</summary>
    public override string ToString()
    {
        var ratios = pairs.Select(p => p.A / p.B).ToList();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {(MedianRatio - 1) * 100:+0.00;-0.00} % (quartiles {(Quantile(ratios, 0.25) - 1) * 100:+0.00;-0.00} to {(Quantile(ratios, 0.75) - 1) * 100:+0.00;-0.00} %), " +
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
