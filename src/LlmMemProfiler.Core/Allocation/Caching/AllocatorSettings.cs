using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>What a user can set about CUDA's caching allocator, and what the device gives. The default has no bounds.</summary>
public sealed record AllocatorSettings
{
    /// <summary>Bytes that the driver will give this process for tensors; null for as many as it wants.</summary>
    public ByteSize? Capacity { get; init; }

    /// <summary>
    /// The most bytes the allocator may hold, the device's total times the fraction set by <c>set_per_process_memory_fraction</c>; null if not set. Unlike
    /// <see cref="Capacity"/> it is held against the segment's size even where expandable segments would map less, or, rounding
    /// up to pages, more: with them somewhat more than the limit can be held.
    /// </summary>
    public ByteSize? Limit { get; init; }

    /// <summary>Blocks of this size or more are never split (<c>max_split_size_mb</c>); null for no such bound.</summary>
    public ByteSize? MaxSplitSize { get; init; }

    /// <summary>One range of addresses a pool, growing by pages, instead of many segments (<c>expandable_segments</c>).</summary>
    public bool ExpandableSegments { get; init; }

    internal void Validate()
    {
        if (Capacity?.Bytes < 0 || Limit?.Bytes < 0)
            throw new ArgumentException("capacity and limit are not negative");
        if (MaxSplitSize is not { } split)
            return;
        if (split.Bytes < AllocatorSizes.LargeBuffer || split.Bytes % ByteSize.MiB != 0)
            throw new ArgumentException($"max_split_size is a whole number of MiB, at least 20, not {split.ToExactString()}");
        if (ExpandableSegments)
            throw new ArgumentException("max_split_size together with expandable segments is not simulated; set one of them");
    }
}
