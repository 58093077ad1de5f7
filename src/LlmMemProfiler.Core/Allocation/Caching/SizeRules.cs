namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>Sizes of blocks, segments and pages under an allocator's settings, in bytes.</summary>
/// <remarks>c10, <c>cuda/CUDACachingAllocator.cpp</c>: <c>round_size</c>, <c>get_allocation_size</c>, <c>find_expandable_block</c>.</remarks>
internal sealed class SizeRules(AllocatorSettings settings)
{
    private readonly RoundupDivisions? divisions = settings.RoundupDivisions;
    private readonly long largeSegment = settings.LargeSegmentSize.Bytes;

    /// <summary>Block size for a request, before any splitting.</summary>
    /// <exception cref="OverflowException">The size does not fit 64 bits.</exception>
    public long BlockSize(long request) =>
        divisions?.Round(request) ?? AllocatorSizes.RoundUp(request, AllocatorSizes.MinBlockSize);

    /// <summary>Segment size for a rounded request that no cached block fits.</summary>
    /// <exception cref="OverflowException">The size does not fit 64 bits.</exception>
    public long SegmentSize(long blockSize) => blockSize switch
    {
        <= AllocatorSizes.SmallSize => AllocatorSizes.SmallBuffer,
        < AllocatorSizes.MinLargeAlloc => largeSegment,
        _ => AllocatorSizes.RoundUp(blockSize, AllocatorSizes.RoundLarge),
    };

    /// <summary>Page size of a pool's expandable segment.</summary>
    public long PageSize(PoolKind pool) => pool == PoolKind.Small ? AllocatorSizes.SmallBuffer : largeSegment;
}
