using System.Numerics;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>
/// Into how many parts the space between a power of 2 and the next is divided; requests are rounded up to one of them
/// (<c>roundup_power2_divisions</c>).
/// </summary>
/// <remarks>
/// c10, <c>core/AllocatorConfig.cpp</c>, <c>roundup_power2_divisions</c>, and <c>cuda/CUDACachingAllocator.cpp</c>,
/// <c>roundup_power2_next_division</c>: sixteen intervals, from 1 MiB to 64 GiB; smaller requests follow the first, larger ones the last.
/// </remarks>
public sealed class RoundupDivisions : IEquatable<RoundupDivisions>
{
    /// <summary>Number of intervals.</summary>
    public const int Intervals = 16;

    private static readonly int First = BitOperations.Log2((ulong)ByteSize.MiB);

    private readonly long[] parts;

    /// <param name="parts">
    /// Parts of the intervals from 1 MiB, 2 MiB, 4 MiB and so on; each a power of 2, or 0 for multiples of 512 bytes.
    /// </param>
    /// <exception cref="ArgumentException">There are not 16 of them, or one is no power of 2.</exception>
    public RoundupDivisions(IReadOnlyList<long> parts)
    {
        if (parts.Count != Intervals || parts.Any(n => n != 0 && !BitOperations.IsPow2(n)))
            throw new ArgumentException("divisions must be 16 powers of 2, or 0", nameof(parts));
        this.parts = [.. parts];
    }

    /// <summary>Block size for a request of <paramref name="size"/> bytes.</summary>
    /// <exception cref="OverflowException">The size does not fit 64 bits.</exception>
    public long Round(long size)
    {
        var divisions = parts[Math.Clamp(BitOperations.Log2((ulong)size) - First, 0, Intervals - 1)];
        // Below 512 bytes a part there is nothing to divide. Compared this way round, no product overflows.
        if (divisions <= 1 || (size - 1) / AllocatorSizes.MinBlockSize < divisions)
            return AllocatorSizes.RoundUp(size, AllocatorSizes.MinBlockSize);
        return AllocatorSizes.RoundUp(size, (1L << BitOperations.Log2((ulong)size)) / divisions);
    }

    public bool Equals(RoundupDivisions? other) => other is not null && parts.AsSpan().SequenceEqual(other.parts);

    public override bool Equals(object? obj) => Equals(obj as RoundupDivisions);

    public override int GetHashCode() => parts.Aggregate(0, HashCode.Combine);

    /// <summary>Parts of each interval, from 1 MiB on.</summary>
    public override string ToString() => string.Join(',', parts);
}
