namespace LlmMemProfiler.Core.Allocation;

/// <summary>Passes each event to a sink that can be replaced.</summary>
public sealed class SwitchedSink(IAllocationSink? next) : IAllocationSink
{
    /// <summary>Receives the events from now on; null drops them.</summary>
    public IAllocationSink? Next { get; set; } = next;

    public void Add(in AllocationEvent e) => Next?.Add(e);
}
