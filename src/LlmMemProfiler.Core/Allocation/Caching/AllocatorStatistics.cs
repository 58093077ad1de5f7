using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>One moment's levels. <c>requested</c> ≤ <c>allocated</c> ≤ <c>reserved</c>, always.</summary>
/// <param name="Requested">Bytes asked for and not yet freed.</param>
/// <param name="Allocated">Bytes of the blocks that serve them.</param>
/// <param name="Reserved">Bytes of the segments that hold the blocks.</param>
public readonly record struct AllocatorLevels(ByteSize Requested, ByteSize Allocated, ByteSize Reserved)
{
    /// <summary>Blocks over requests: the granule, and what was not worth splitting off.</summary>
    public ByteSize Rounding => Allocated - Requested;

    /// <summary>Segments over blocks: fragmentation and cache.</summary>
    public ByteSize Slack => Reserved - Allocated;
}

/// <summary>The first moment at which a level stood highest.</summary>
/// <param name="Levels">All three levels at that moment.</param>
/// <param name="Account">
/// Requested bytes by owner, then <see cref="Part.Rounding"/> and <see cref="Part.Slack"/>: adds up to the reserved bytes.
/// What its own operation frees again belongs to <see cref="Part.Workspace"/>, as in <see cref="AllocationLedger"/>.
/// </param>
/// <param name="Tag">What was being computed.</param>
/// <param name="Event">The number of the event, from 1 on; 0 before the first.</param>
public sealed record AllocatorMoment(AllocatorLevels Levels, MemoryAccount Account, Tag Tag, long Event);

/// <summary>What one step did.</summary>
/// <param name="Phase">Load, prefill or decode.</param>
/// <param name="Step">The decode step, or the prefill's chunk.</param>
/// <param name="Peaks">The highest of each level within it. The three need not fall on one moment.</param>
/// <param name="RoundingPeak">The most bytes of blocks over requests at one moment.</param>
/// <param name="SlackPeak">The most bytes of segments over blocks at one moment.</param>
/// <param name="AtEnd">The levels when the step is over.</param>
public readonly record struct AllocatorStep(
    Phase Phase, int Step, AllocatorLevels Peaks, ByteSize RoundingPeak, ByteSize SlackPeak, AllocatorLevels AtEnd);

/// <summary>What <c>torch.cuda.memory_stats</c> would say.</summary>
/// <param name="Current">The levels now.</param>
/// <param name="Peaks">The highest of each level so far; the three need not fall on one moment.</param>
/// <param name="Events">Allocations and frees so far, refused ones included.</param>
/// <param name="LiveBlocks">Blocks that are taken now.</param>
/// <param name="Retries">Second tries after all free segments were given back (<c>num_alloc_retries</c>).</param>
/// <param name="OutOfMemories">Requests refused for good (<c>num_ooms</c>).</param>
/// <param name="SegmentsTaken">Segments, or ranges of pages, taken from the driver (<c>num_device_alloc</c>).</param>
/// <param name="SegmentsReleased">Those given back (<c>num_device_free</c>).</param>
public sealed record AllocatorStatistics(
    AllocatorLevels Current,
    AllocatorLevels Peaks,
    long Events,
    int LiveBlocks,
    long Retries,
    long OutOfMemories,
    long SegmentsTaken,
    long SegmentsReleased);
