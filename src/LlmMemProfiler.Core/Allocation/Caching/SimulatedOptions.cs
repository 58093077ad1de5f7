using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>What the allocator's options make of its settings.</summary>
/// <param name="Settings">Null where the allocator is not simulated.</param>
/// <param name="Reason">Why it is not; null where it is.</param>
public readonly record struct SimulatedOptions(AllocatorSettings? Settings, string? Reason)
{
    /// <summary>More than any device has, in MiB; larger sizes would only overflow.</summary>
    private const ulong Huge = 1UL << 30;

    /// <summary>Physical memory is mapped in multiples of this.</summary>
    private const long Granularity = 2 * ByteSize.MiB;

    /// <param name="options">Options that libtorch takes, in their order; of two of one name the last counts.</param>
    /// <param name="release">libtorch's major and minor version.</param>
    /// <param name="total">The device's memory, which a fraction is of; null if unknown.</param>
    public static SimulatedOptions Of(IReadOnlyList<(string Key, string Value)> options, Version release, ByteSize? total)
    {
        var numbers = new OptionNumbers(release);
        var last = options.GroupBy(o => o.Key).ToDictionary(o => o.Key, o => o.Last().Value);
        var large = last.TryGetValue(OptionForm.LargeSegment, out var mib) ? MiB(mib) : new(AllocatorSizes.LargeBuffer);
        var settings = new AllocatorSettings
        {
            DeviceTotal = total,
            ExpandableSegments = last.GetValueOrDefault("expandable_segments") == "True",
            LargeSegmentSize = large,
            MaxSplitSize = last.TryGetValue("max_split_size_mb", out var split) ? MiB(split) : null,
            MaxNonSplitRounding = last.TryGetValue("max_non_split_rounding_mb", out var rounding) ? MiB(rounding) : large,
            GarbageCollectionThreshold = last.TryGetValue("garbage_collection_threshold", out var threshold) ? OptionNumbers.Real(threshold) : null,
            RoundupDivisions = Divisions(options, numbers),
        };
        var fraction = last.TryGetValue("per_process_memory_fraction", out var share) ? OptionNumbers.Real(share) ?? 1 : 1;
        if (fraction < 1 && total is { } bytes)
            settings = settings with { Limit = new((long)(fraction * bytes.Bytes)) };
        var reason = last.GetValueOrDefault("backend", "native") is var backend && backend != "native" ? $"backend:{backend} is not simulated"
            : fraction < 1 && total is null ? $"per_process_memory_fraction:{share} is of memory whose size is not known"
            : fraction < 1 && last.GetValueOrDefault("throw_on_cudamalloc_oom") == "True" ? "throw_on_cudamalloc_oom:True is not simulated together with per_process_memory_fraction"
            : settings.ExpandableSegments && large.Bytes % Granularity != 0 ? $"{OptionForm.LargeSegment}:{mib} is no multiple of 2 MiB, of which expandable segments are made"
            : null;
        return new(reason is null ? settings : null, reason);

        ByteSize MiB(string value) => new((long)Math.Min(numbers.Size(value) ?? Huge, Huge) * ByteSize.MiB);
    }

    private static RoundupDivisions? Divisions(IReadOnlyList<(string Key, string Value)> options, OptionNumbers numbers)
    {
        var parts = new long[RoundupDivisions.Intervals];
        foreach (var (_, value) in options.Where(o => o.Key == DivisionList.Option))
            DivisionList.Apply(value, numbers, parts);
        return parts.Any(n => n > 1) ? new(parts) : null;
    }
}
