using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>Levels at one moment. <c>requested</c> ≤ <c>allocated</c> ≤ <c>reserved</c>, always.</summary>
/// <param name="Requested">Bytes requested and not yet freed.</param>
/// <param name="Allocated">Bytes of their blocks.</param>
/// <param name="Reserved">Bytes of all segments.</param>
public readonly record struct AllocatorLevels(ByteSize Requested, ByteSize Allocated, ByteSize Reserved)
{
    /// <summary>Allocated minus requested: rounding, and remainders too small to split off.</summary>
    public ByteSize Rounding => Allocated - Requested;

    /// <summary>Reserved minus allocated: fragmentation and cache.</summary>
    public ByteSize Slack => Reserved - Allocated;
}

/// <summary>The first moment at which a level peaked.</summary>
/// <param name="Levels">All three levels at that moment.</param>
/// <param name="Account">
/// Requested bytes by owner, plus <see cref="Part.Rounding"/> and <see cref="Part.Slack"/>: adds up to the reserved bytes.
/// Scratch counts as <see cref="Part.Workspace"/>, as in <see cref="AllocationLedger"/>.
/// </param>
/// <param name="Tag">What was being computed.</param>
/// <param name="Event">Event number, from 1; 0 before the first.</param>
public sealed record AllocatorMoment(AllocatorLevels Levels, MemoryAccount Account, Tag Tag, long Event);

/// <summary>Allocator levels of one step.</summary>
/// <param name="Phase">Load, prefill or decode.</param>
/// <param name="Step">Decode step or prefill chunk.</param>
/// <param name="Peaks">Peak of each level within the step, not necessarily at the same moment.</param>
/// <param name="RoundingPeak">Peak of allocated minus requested bytes.</param>
/// <param name="SlackPeak">Peak of reserved minus allocated bytes.</param>
/// <param name="AtEnd">Levels at the end of the step.</param>
public readonly record struct AllocatorStep(
    Phase Phase, int Step, AllocatorLevels Peaks, ByteSize RoundingPeak, ByteSize SlackPeak, AllocatorLevels AtEnd);
