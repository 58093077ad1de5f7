using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>CUDA caching allocator settings and device limits. Unlimited by default.</summary>
public sealed record AllocatorSettings
{
    /// <summary>Device bytes available to this process for tensors; null for unlimited.</summary>
    public ByteSize? Capacity { get; init; }

    /// <summary>Device bytes in all, by which an expandable segment's address range is measured; null for <see cref="Capacity"/>.</summary>
    public ByteSize? DeviceTotal { get; init; }

    /// <summary>
    /// Maximum reserved bytes: device total times the fraction set by <c>per_process_memory_fraction</c>; null if not set.
    /// Unlike <see cref="Capacity"/> it is checked against the segment size even where expandable segments would map less or,
    /// rounding up to pages, more, so they can slightly exceed it.
    /// </summary>
    public ByteSize? Limit { get; init; }

    /// <summary>Blocks of this size or more are never split (<c>max_split_size_mb</c>); null for no limit.</summary>
    public ByteSize? MaxSplitSize { get; init; }

    /// <summary>An oversize request takes a cached block only if less than this is left of it (<c>max_non_split_rounding_mb</c>).</summary>
    public ByteSize MaxNonSplitRounding { get; init; } = new(AllocatorSizes.LargeBuffer);

    /// <summary>Segment for requests above 1 and below 10 MiB, and page of the large expandable segment (<c>large_segment_size_mb</c>).</summary>
    public ByteSize LargeSegmentSize { get; init; } = new(AllocatorSizes.LargeBuffer);

    /// <summary>How requests are rounded up (<c>roundup_power2_divisions</c>); null for multiples of 512 bytes.</summary>
    public RoundupDivisions? RoundupDivisions { get; init; }

    /// <summary>
    /// Share of <see cref="Limit"/> above which long unused segments are released before a new one is reserved
    /// (<c>garbage_collection_threshold</c>); null for never. Without a limit it does nothing.
    /// </summary>
    public double? GarbageCollectionThreshold { get; init; }

    /// <summary>One address range per pool, growing by pages, instead of many segments (<c>expandable_segments</c>).</summary>
    public bool ExpandableSegments { get; init; }

    /// <summary>
    /// New segments have higher addresses than earlier ones, instead of those that a driver was seen to give (<see cref="DriverAddresses"/>):
    /// of equally large free blocks the one with the lowest address is taken, so their order can change peaks.
    /// </summary>
    public bool RisingAddresses { get; init; }

    internal void Validate()
    {
        if (Capacity?.Bytes < 0 || Limit?.Bytes < 0 || DeviceTotal?.Bytes < 0)
            throw new ArgumentException("capacity, limit and total must not be negative");
        if (LargeSegmentSize.Bytes <= AllocatorSizes.MinLargeAlloc || LargeSegmentSize.Bytes % ByteSize.MiB != 0)
            throw new ArgumentException($"large_segment_size must be a whole number of MiB, more than 10, not {LargeSegmentSize.ToExactString()}");
        if (MaxSplitSize is { } split && (split < LargeSegmentSize || split.Bytes % ByteSize.MiB != 0))
            throw new ArgumentException($"max_split_size must be a whole number of MiB, at least a large segment, not {split.ToExactString()}");
        if (GarbageCollectionThreshold is { } threshold && !(threshold is > 0 and < 1))
            throw new ArgumentException("garbage_collection_threshold must be between 0 and 1");
    }
}
