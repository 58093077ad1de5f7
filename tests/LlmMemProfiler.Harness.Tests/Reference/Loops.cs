namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>What the loops need again and again, over rows in double precision.</summary>
internal static class Loops
{
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    public static double[] Plus(this double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    public static double[] Times(this double[] a, double[] b) => [.. a.Zip(b, (x, y) => x * y)];

    public static double[] Times(this double[] a, double factor) => [.. a.Select(x => x * factor)];

    public static double[][] Plus(this double[][] a, double[][] b) => [.. a.Zip(b, Plus)];

    public static double[][] Times(this double[][] a, double factor) => [.. a.Select(row => row.Times(factor))];

    /// <summary>Each row without the elements before <paramref name="from"/>, <paramref name="count"/> of them.</summary>
    public static double[][] Columns(this double[][] rows, int from, int count) => [.. rows.Select(row => row[from..(from + count)])];

    /// <summary>Each row in parts of a width, part by part: [parts][positions][width].</summary>
    public static double[][][] InParts(this double[][] rows, int width) =>
        [.. Enumerable.Range(0, rows[0].Length / width).Select(part => rows.Columns(part * width, width))];

    /// <summary>e^x / Σ e^x; none for minus infinity.</summary>
    public static double[] Softmax(IReadOnlyCollection<double> scores)
    {
        var largest = scores.Max();
        double[] powers = [.. scores.Select(score => Math.Exp(score - largest))];
        return powers.Times(1 / powers.Sum());
    }

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>Bounded to ± <paramref name="cap"/> by tanh; as it is without one.</summary>
    public static double Capped(double x, double? cap) => cap is { } most ? most * Math.Tanh(x / most) : x;
}
