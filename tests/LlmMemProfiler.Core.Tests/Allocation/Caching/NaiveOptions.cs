using System.Globalization;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

/// <summary>Options as somebody meant them, and the text that says so: the naive allocator takes the one, the simulator the other.</summary>
/// <param name="Release">libtorch's.</param>
/// <param name="Total">Bytes of the device that a fraction is of.</param>
internal sealed record NaiveOptions(Version Release, long Total)
{
    public long? Capacity { get; init; }

    public double? Fraction { get; init; }

    public int? MaxSplitMiB { get; init; }

    public int? MaxNonSplitRoundingMiB { get; init; }

    public int? LargeSegmentMiB { get; init; }

    public double? GarbageCollectionThreshold { get; init; }

    public bool Expandable { get; init; }

    public bool IsRising { get; init; }

    /// <summary>One number of parts for all sizes; or, by the power of 2 that they begin at, in MiB, and after the last one.</summary>
    public int? Parts { get; init; }

    public IReadOnlyList<(int MiB, int Parts)> PartsFrom { get; init; } = [];

    public int? PartsAfter { get; init; }

    public string Text => string.Join(',', new[]
    {
        Fraction is { } f ? $"per_process_memory_fraction:{f.ToString(CultureInfo.InvariantCulture)}" : null,
        MaxSplitMiB is { } split ? $"max_split_size_mb:{split}" : null,
        MaxNonSplitRoundingMiB is { } rounding ? $"max_non_split_rounding_mb:{rounding}" : null,
        LargeSegmentMiB is { } large ? $"large_segment_size_mb:{large}" : null,
        GarbageCollectionThreshold is { } t ? $"garbage_collection_threshold:{t.ToString(CultureInfo.InvariantCulture)}" : null,
        Parts is { } parts ? $"roundup_power2_divisions:{parts}" : null,
        PartsFrom.Count > 0 ? $"roundup_power2_divisions:[{string.Join(',', PartsFrom.Select(p => $"{p.MiB}:{p.Parts}"))}{(PartsAfter is { } after ? $",>:{after}" : "")}]" : null,
        Expandable ? "expandable_segments:True" : null,
    }.Where(option => option is not null));

    /// <summary>What the product reads in the text.</summary>
    public AllocatorSettings Settings =>
        SimulatedOptions.Of(AllocatorOptions.Read(name => name == "PYTORCH_CUDA_ALLOC_CONF" ? Text : null, Release), Release, new(Total)).Settings! with
        {
            Capacity = Capacity is { } bytes ? new(bytes) : null,
            RisingAddresses = IsRising,
        };

    /// <summary>Parts between the power of 2 at or below a size and the next one.</summary>
    public int PartsOf(long size)
    {
        if (PartsFrom.Count == 0)
            return Parts ?? 0;
        // Below 1 MiB as from it, and from 32 GiB on as up to 64.
        var from = 1;
        while (from < 32 * 1024 && from * 2 * ByteSize.MiB <= size)
            from *= 2;
        if (from <= PartsFrom[0].MiB)
            return PartsFrom[0].Parts;
        if (PartsFrom.LastOrDefault(p => p.MiB == from) is { MiB: > 0 } own)
            return own.Parts;
        return from > PartsFrom[^1].MiB ? PartsAfter ?? 0 : 0;
    }
}
