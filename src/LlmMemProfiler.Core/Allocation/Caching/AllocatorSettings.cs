using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>CUDA caching allocator settings and device limits. Unlimited by default.</summary>
public sealed record AllocatorSettings
{
    /// <summary>Device bytes available to this process for tensors; null for unlimited.</summary>
    public ByteSize? Capacity { get; init; }

    /// <summary>
    /// Maximum reserved bytes: device total times the fraction set by <c>set_per_process_memory_fraction</c>; null if not set.
    /// Unlike <see cref="Capacity"/> it is checked against the segment size even where expandable segments would map less or,
    /// rounding up to pages, more, so they can slightly exceed it.
    /// </summary>
    public ByteSize? Limit { get; init; }

    /// <summary>Blocks of this size or more are never split (<c>max_split_size_mb</c>); null for no limit.</summary>
    public ByteSize? MaxSplitSize { get; init; }

    /// <summary>One address range per pool, growing by pages, instead of many segments (<c>expandable_segments</c>).</summary>
    public bool ExpandableSegments { get; init; }

    /// <summary>
    /// New segments have higher addresses than earlier ones. Drivers give lower ones; of equally large free blocks the one with the
    /// lowest address is taken, so the direction can change peaks.
    /// </summary>
    public bool RisingAddresses { get; init; }

    internal void Validate()
    {
        if (Capacity?.Bytes < 0 || Limit?.Bytes < 0)
            throw new ArgumentException("capacity and limit must not be negative");
        if (MaxSplitSize is not { } split)
            return;
        if (split.Bytes < AllocatorSizes.LargeBuffer || split.Bytes % ByteSize.MiB != 0)
            throw new ArgumentException($"max_split_size must be a whole number of MiB, at least 20, not {split.ToExactString()}");
        if (ExpandableSegments)
            throw new ArgumentException("max_split_size with expandable segments is not simulated; set only one");
    }
}
