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
