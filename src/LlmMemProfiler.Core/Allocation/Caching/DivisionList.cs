using System.Numerics;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>The value of <c>roundup_power2_divisions</c>: parts for all sizes, or a list of parts from a size in MiB on, '>' for all above.</summary>
/// <remarks>c10, <c>core/AllocatorConfig.cpp</c>, <c>parseRoundUpPower2Divisions</c>; each form was seen under libtorch 2.10.0.</remarks>
internal static class DivisionList
{
    public const string Option = "roundup_power2_divisions";

    public static bool IsRight(string text, OptionNumbers numbers) => text.StartsWith('[')
        ? Pairs(text).All(pair => (pair.From == ">" || IsPowerOf2(numbers.Size(pair.From))) && numbers.Size(pair.Parts) is { } n && (n == 0 || BitOperations.IsPow2(n)))
        : IsPowerOf2(numbers.Size(text));

    /// <summary>Changes what a value names, interval by interval; sizes below the first that it names follow that one.</summary>
    /// <param name="text">A value that is right.</param>
    /// <param name="numbers">Reads numbers.</param>
    /// <param name="parts">Parts of each interval.</param>
    public static void Apply(string text, OptionNumbers numbers, long[] parts)
    {
        if (!text.StartsWith('['))
        {
            Array.Fill(parts, Parts(text));
            return;
        }
        var (isFirst, last) = (true, 0);
        foreach (var pair in Pairs(text))
        {
            var n = Parts(pair.Parts);
            if (pair.From == ">")
            {
                parts.AsSpan(last + 1).Fill(n);
                continue;
            }
            last = Math.Min(BitOperations.Log2(numbers.Size(pair.From)!.Value), parts.Length - 1);
            if (isFirst)
                parts.AsSpan(0, last).Fill(n);
            parts[last] = n;
            isFirst = false;
        }

        // More parts than any size has bytes divide nothing.
        long Parts(string number) => (long)Math.Min(numbers.Size(number)!.Value, 1UL << 62);
    }

    private static IEnumerable<(string From, string Parts)> Pairs(string list) =>
        list[1..^1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split(':')).Select(pair => (pair[0], pair[1]));

    private static bool IsPowerOf2(ulong? number) => number is { } n && BitOperations.IsPow2(n);
}
