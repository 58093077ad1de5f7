using LlmMemProfiler.Core.Allocation;

namespace LlmMemProfiler.Core.Tests;

/// <summary>Keeps a stream of allocations as it came.</summary>
internal sealed class Recording : IAllocationSink
{
    public List<AllocationEvent> Events { get; } = [];

    public IEnumerable<long> Sizes => Events.Select(e => e.Size);

    public void Add(in AllocationEvent e) => Events.Add(e);
}
