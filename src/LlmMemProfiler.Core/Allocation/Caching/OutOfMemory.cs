using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>A request that failed even after all free segments were released.</summary>
/// <param name="Requested">Bytes requested.</param>
/// <param name="Segment">Bytes requested from the driver: the figure in libtorch's 'Tried to allocate …'.</param>
/// <param name="Tag">What was being computed.</param>
/// <param name="Levels">The allocator's levels afterwards.</param>
public sealed record OutOfMemory(ByteSize Requested, ByteSize Segment, Tag Tag, AllocatorLevels Levels)
{
    public override string ToString() =>
        $"out of memory in {Tag}: tried to allocate {Segment} for a request of {Requested}; {Levels.Reserved} reserved, " +
        $"{Levels.Allocated} of it allocated";
}
