using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>Sizes of CUDA's native caching allocator, in bytes. Source: c10/cuda/CUDACachingAllocator.cpp.</summary>
public static class AllocatorSizes
{
    /// <summary>Block sizes are multiples of this (<c>kMinBlockSize</c>).</summary>
    public const long MinBlockSize = 512;

    /// <summary>Largest rounded request served by the small pool (<c>kSmallSize</c>).</summary>
    public const long SmallSize = ByteSize.MiB;

    /// <summary>Segment size of the small pool, and page size of its expandable segment (<c>kSmallBuffer</c>).</summary>
    public const long SmallBuffer = 2 * ByteSize.MiB;

    /// <summary>Segment size for medium requests, and page size of the large expandable segment (<c>kLargeBuffer</c>).</summary>
    public const long LargeBuffer = 20 * ByteSize.MiB;

    /// <summary>Requests of this size or more get a segment of their own size (<c>kMinLargeAlloc</c>).</summary>
    public const long MinLargeAlloc = 10 * ByteSize.MiB;

    /// <summary>Those segments are multiples of this (<c>kRoundLarge</c>).</summary>
    public const long RoundLarge = 2 * ByteSize.MiB;

    /// <summary>
    /// An oversize request uses a cached block only if the excess is less than this
    /// (<c>max_non_split_rounding_size</c>, default <c>kLargeBuffer</c>).
    /// </summary>
    public const long MaxNonSplitRounding = LargeBuffer;

    /// <summary>Block size for a request, before any splitting (<c>round_size</c>).</summary>
    /// <exception cref="OverflowException">The size does not fit 64 bits.</exception>
    public static long BlockSize(long request) => RoundUp(request, MinBlockSize);

    /// <summary>Pool for a rounded request (<c>get_pool</c>).</summary>
    public static PoolKind PoolFor(long blockSize) => blockSize <= SmallSize ? PoolKind.Small : PoolKind.Large;

    /// <summary>Segment size for a rounded request that no cached block fits (<c>get_allocation_size</c>).</summary>
    /// <exception cref="OverflowException">The size does not fit 64 bits.</exception>
    public static long SegmentSize(long blockSize) => blockSize switch
    {
        <= SmallSize => SmallBuffer,
        < MinLargeAlloc => LargeBuffer,
        _ => RoundUp(blockSize, RoundLarge),
    };

    /// <summary>Page size of a pool's expandable segment (<c>segment_size</c> in <c>find_expandable_block</c>).</summary>
    public static long PageSize(PoolKind pool) => pool == PoolKind.Small ? SmallBuffer : LargeBuffer;

    internal static long RoundUp(long size, long unit) => (size + unit - 1) / unit * unit;

    internal static long RoundDown(long size, long unit) => size / unit * unit;
}

/// <summary>The caching allocator's two pools. A block belongs to its segment's pool.</summary>
public enum PoolKind
{
    /// <summary>Requests up to 1 MiB.</summary>
    Small,

    /// <summary>Larger requests.</summary>
    Large,
}
