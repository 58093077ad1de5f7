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

    /// <summary>
    /// Segment size for medium requests, page size of the large expandable segment, and what an oversize request may leave of a
    /// cached block, unless an option says otherwise (<c>kLargeBuffer</c>).
    /// </summary>
    public const long LargeBuffer = 20 * ByteSize.MiB;

    /// <summary>Requests of this size or more get a segment of their own size (<c>kMinLargeAlloc</c>).</summary>
    public const long MinLargeAlloc = 10 * ByteSize.MiB;

    /// <summary>Those segments are multiples of this (<c>kRoundLarge</c>).</summary>
    public const long RoundLarge = 2 * ByteSize.MiB;

    /// <summary>Pool for a rounded request (<c>get_pool</c>).</summary>
    public static PoolKind PoolFor(long blockSize) => blockSize <= SmallSize ? PoolKind.Small : PoolKind.Large;

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
