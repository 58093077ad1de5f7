namespace LlmMemProfiler.Harness.Weights;

/// <summary>
/// Values that depend only on seed, tensor and element, so that each device, thread count and element type gets the same
/// model. Nearly normal: a sum of four random bytes, 1,021 possible values, looked up in a table of the element's type.
/// </summary>
/// <remarks>
/// SplitMix64 (Steele, Lea, Flood 2014) as a counter-based generator; one hash serves two elements. Four bytes of variance
/// (256² − 1) / 12 each give a standard deviation of 147.8.
/// </remarks>
internal static class WeightGenerator
{
    /// <summary>Sums of four bytes: 0 to 1,020.</summary>
    private const int Sums = (4 * 255) + 1;

    private static readonly double SumDeviation = Math.Sqrt(4 * ((256.0 * 256.0) - 1) / 12);

    /// <summary>The table of all values: mean + deviation × (sum − 510) / 147.8, converted to the element's type.</summary>
    public static T[] Table<T>(double mean, double deviation, Func<float, T> convert)
    {
        var table = new T[Sums];
        for (var sum = 0; sum < Sums; sum++)
            table[sum] = convert((float)(mean + (deviation * (sum - (Sums / 2)) / SumDeviation)));
        return table;
    }

    /// <summary>The stream of one tensor.</summary>
    public static ulong Stream(long seed, string tensor)
    {
        // FNV-1a, so that the stream depends on the name, not on the position in the table.
        var hash = 14695981039346656037UL;
        foreach (var letter in tensor)
            hash = unchecked((hash ^ letter) * 1099511628211UL);
        return Hash(unchecked(hash + (ulong)seed));
    }

    /// <summary>Fills a range of a tensor.</summary>
    /// <param name="target">The elements.</param>
    /// <param name="stream">From <see cref="Stream"/>.</param>
    /// <param name="first">Index of the first element.</param>
    /// <param name="table">From <see cref="Table{T}"/>.</param>
    public static void Fill<T>(Span<T> target, ulong stream, long first, T[] table)
        where T : unmanaged
    {
        unchecked
        {
            var i = 0;
            if (first % 2 != 0 && target.Length > 0)
                target[i++] = table[SumOfBytes((uint)(Mix(stream + ((ulong)first / 2 * Golden)) >> 32))];
            var counter = stream + (((ulong)first + 1) / 2 * Golden);
            for (; i + 1 < target.Length; i += 2, counter += Golden)
            {
                var hash = Mix(counter);
                target[i] = table[SumOfBytes((uint)hash)];
                target[i + 1] = table[SumOfBytes((uint)(hash >> 32))];
            }
            if (i < target.Length)
                target[i] = table[SumOfBytes((uint)Mix(counter))];
        }
    }

    /// <summary>An integer from 0 to <paramref name="limit"/> − 1.</summary>
    public static long Below(ulong stream, long index, long limit) =>
        unchecked((long)(Mix(stream + ((ulong)index * Golden)) % (ulong)limit));

    private const ulong Golden = 0x9E37_79B9_7F4A_7C15;

    private static ulong Hash(ulong x) => Mix(unchecked(x + Golden));

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
            z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
            return z ^ (z >> 31);
        }
    }

    private static int SumOfBytes(uint x)
    {
        var pairs = (x & 0x00FF_00FF) + ((x >> 8) & 0x00FF_00FF);
        return (int)((pairs & 0xFFFF) + (pairs >> 16));
    }
}
