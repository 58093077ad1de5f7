namespace LlmMemProfiler.Core.Allocation;

/// <summary>Passes each event to two sinks.</summary>
public sealed class TeeSink(IAllocationSink first, IAllocationSink second) : IAllocationSink
{
    public void Add(in AllocationEvent e)
    {
        first.Add(e);
        second.Add(e);
    }
}
