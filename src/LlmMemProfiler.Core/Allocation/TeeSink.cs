namespace LlmMemProfiler.Core.Allocation;

/// <summary>Hands each event to two listeners.</summary>
public sealed class TeeSink(IAllocationSink first, IAllocationSink second) : IAllocationSink
{
    public void Add(in AllocationEvent e)
    {
        first.Add(e);
        second.Add(e);
    }
}
