using LlmMemProfiler.Core.Units;
using static LlmMemProfiler.Core.Allocation.Caching.AllocatorSizes;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>
/// The addresses that a driver gives to allocations: the lowest ones that are free and large enough; where there are none, new ones
/// below all others, taken from the system in multiples of 32 MiB. What an allocation leaves of them is given to later, smaller ones, so
/// that large ones fall and the 2 MiB ones rise within what is left.
/// </summary>
/// <remarks>
/// Seen on an H100 with driver 580.159.04: 93 allocations of 2, 20, 38, 64 and 1,024 MiB lie so (profiles/hardware/cuda-h100-80gb, probe.json.gz), and so do
/// all segments of two runs with libtorch 2.11. There the process's first allocation is followed by kernels that take addresses and give
/// most of them back: what came next filled 308 MiB just below it from the lowest up, then 20 MiB above it, and only then new ones. That
/// cuBLAS's workspace came first of all is assumed, since it lies in none of the places seen. Not seen: what becomes of addresses that
/// are freed, taken here to be given again; and other cards, drivers and kernels, which may leave other gaps.
/// </remarks>
public sealed class DriverAddresses
{
    /// <summary>Addresses are taken from the system in multiples of this.</summary>
    public const long Chunk = 32 * ByteSize.MiB;

    /// <summary>Memory is given in multiples of this.</summary>
    public const long Page = 2 * ByteSize.MiB;

    /// <summary>What a process's first kernels leave free below its first allocation: what was seen, and cuBLAS's workspace.</summary>
    public const long FreeBelow = (308 + 32) * ByteSize.MiB;

    /// <summary>What they leave free above it, and how far above.</summary>
    public const long FreeAbove = 20 * ByteSize.MiB, Between = 74 * ByteSize.MiB;

    /// <summary>More addresses than any device has.</summary>
    internal const long Top = 1L << 62;

    private readonly AddressGaps gaps = new();
    private long lowest = Top;

    /// <summary>Addresses for an allocation; null when all are used up.</summary>
    public long? Take(long size)
    {
        if (size > lowest)
            return null;
        size = RoundUp(size, Page);
        if (lowest == Top)
            return First(size);
        return gaps.Take(size) ?? Below(size);
    }

    /// <summary>Addresses below all others, to map memory at: no gap is looked for.</summary>
    public long? Reserve(long size, long alignment)
    {
        if (size > lowest)
            return null;
        return lowest = RoundDown(lowest - size, alignment);
    }

    public void Return(long address, long size) => gaps.Add(address, RoundUp(size, Page));

    private long? First(long size)
    {
        var address = Top - size;
        if (address < FreeBelow)
            return null;
        lowest = RoundDown(address - FreeBelow, Chunk);
        gaps.Add(address - FreeBelow, FreeBelow);
        gaps.Add(Top + Between, FreeAbove);
        return address;
    }

    private long? Below(long size)
    {
        var (end, start) = (RoundDown(lowest, Chunk), RoundDown(lowest, Chunk) - RoundUp(size, Chunk));
        if (start < 0)
            return null;
        gaps.Add(start + size, end - start - size);
        return lowest = start;
    }
}
