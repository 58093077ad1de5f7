using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>A request that the device could not serve, even after all that was free had been given back.</summary>
/// <param name="Requested">Bytes asked for.</param>
/// <param name="Segment">Bytes then asked of the driver: the figure in libtorch's 'Tried to allocate …'.</param>
/// <param name="Tag">What was being computed.</param>
/// <param name="Levels">The allocator's levels afterwards.</param>
public sealed record OutOfMemory(ByteSize Requested, ByteSize Segment, Tag Tag, AllocatorLevels Levels)
{
    public override string ToString() =>
        $"out of memory in {Tag}: tried to take {Segment} for {Requested}, {Levels.Reserved} are held, " +
        $"{Levels.Allocated} of them in use";
}
