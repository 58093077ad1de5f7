namespace LlmMemProfiler.VirtualEvidence.Points;

/// <summary>Random choices, the same for the same seed on every machine.</summary>
internal sealed class Draws(int seed)
{
    // .NET keeps the sequence of a given seed.
    private readonly Random random = new(seed);

    /// <summary>From the first to the last, both included.</summary>
    public int From(int first, int last) => random.Next(first, last + 1);

    /// <summary>The same, each power of two as likely as another.</summary>
    public int Spread(int first, int last) => Math.Clamp((int)(first * Math.Pow((double)last / first, random.NextDouble())), first, last);

    public bool Chance(double likely) => random.NextDouble() < likely;

    public T Of<T>(params IReadOnlyList<T> values) => values[random.Next(values.Count)];
}
