using LlmMemProfiler.Core.Allocation.Caching;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>What a simulation asked of its allocator, and what came of it, so that a verdict on it need not simulate it again.</summary>
public sealed class SimulatedRequests
{
    internal RequestTape Tape { get; } = new(RequestTape.Most);

    /// <summary>The allocator after the run; null where none was simulated.</summary>
    internal CachingAllocator? Allocator { get; set; }
}
