using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>The numbers of CUDA's native caching allocator, in bytes. Source: c10/cuda/CUDACachingAllocator.cpp.</summary>
public static class AllocatorSizes
{
    /// <summary>All blocks are multiples of this, and none is smaller (<c>kMinBlockSize</c>).</summary>
    public const long MinBlockSize = 512;

    /// <summary>The largest rounded request that the small pool serves (<c>kSmallSize</c>).</summary>
    public const long SmallSize = ByteSize.MiB;

    /// <summary>A segment of the small pool, and a page of an expandable one (<c>kSmallBuffer</c>).</summary>
    public const long SmallBuffer = 2 * ByteSize.MiB;

    /// <summary>A segment for a medium request, and a page of the large expandable segment (<c>kLargeBuffer</c>).</summary>
    public const long LargeBuffer = 20 * ByteSize.MiB;

    /// <summary>From this request on, a segment is made to measure (<c>kMinLargeAlloc</c>).</summary>
    public const long MinLargeAlloc = 10 * ByteSize.MiB;

    /// <summary>Segments made to measure are multiples of this (<c>kRoundLarge</c>).</summary>
    public const long RoundLarge = 2 * ByteSize.MiB;

    /// <summary>
    /// An oversize request takes a cached block only if that is larger by less than this
    /// (<c>max_non_split_rounding_size</c>, by default <c>kLargeBuffer</c>).
    /// </summary>
    public const long MaxNonSplitRounding = LargeBuffer;

    /// <summary>The block that a request takes, before the question of splitting (<c>round_size</c>).</summary>
    /// <exception cref="OverflowException">The size does not fit 64 bits.</exception>
    public static long BlockSize(long request) => RoundUp(request, MinBlockSize);

    /// <summary>The pool that serves a rounded request (<c>get_pool</c>).</summary>
    public static PoolKind PoolFor(long blockSize) => blockSize <= SmallSize ? PoolKind.Small : PoolKind.Large;

    /// <summary>Asked of the driver for a rounded request that no cached block serves (<c>get_allocation_size</c>).</summary>
    /// <exception cref="OverflowException">The size does not fit 64 bits.</exception>
    public static long SegmentSize(long blockSize) => blockSize switch
    {
        <= SmallSize => SmallBuffer,
        < MinLargeAlloc => LargeBuffer,
        _ => RoundUp(blockSize, RoundLarge),
    };

    /// <summary>A page of a pool's expandable segment (<c>segment_size</c> in <c>find_expandable_block</c>).</summary>
    public static long PageSize(PoolKind pool) => pool == PoolKind.Small ? SmallBuffer : LargeBuffer;

    internal static long RoundUp(long size, long unit) => (size + unit - 1) / unit * unit;

    internal static long RoundDown(long size, long unit) => size / unit * unit;
}

/// <summary>The two pools of the caching allocator. A block stays in the pool of its segment.</summary>
public enum PoolKind
{
    /// <summary>Requests up to 1 MiB.</summary>
    Small,

    /// <summary>All larger ones.</summary>
    Large,
}
