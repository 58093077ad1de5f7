
namespace LlmMemProfiler.Core.Allocation;

/// <summary>Passes each event to a sink that can be replaced.</summary>
public sealed class SwitchedSink(IAllocationSink? next) : IAllocationSink, ISteadySink
{
    /// <summary>Receives the events from now on; null drops them.</summary>
    public IAllocationSink? Next { get; set; } = next;

    public void Add(in AllocationEvent e) => Next?.Add(e);

    bool ISteadySink.TryDescribe(ICollection<long> state) => Next is null || (Next is ISteadySink next && next.TryDescribe(state));

    void ISteadySink.Rename(ulong from, ulong to) => (Next as ISteadySink)?.Rename(from, to);

    void ISteadySink.Skip(long events) => (Next as ISteadySink)?.Skip(events);
}
