using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>A request that the device could not serve, even after all that was free had been given back.</summary>
/// <param name="Requested">Bytes asked for.</param>
/// <param name="Segment">Bytes then asked of the driver: the figure in libtorch's 'Tried to allocate …'.</param>
/// <param name="Tag">What was being computed.</param>
/// <param name="Statistics">The allocator afterwards, this refusal counted.</param>
/// <param name="Map">What was held afterwards.</param>
public sealed record OutOfMemory(ByteSize Requested, ByteSize Segment, Tag Tag, AllocatorStatistics Statistics, SegmentMap Map)
{
    public override string ToString() =>
        $"out of memory in {Tag}: tried to take {Segment} for {Requested}, {Statistics.Current.Reserved} are held, " +
        $"{Statistics.Current.Allocated} of them in use";
}
