namespace LlmMemProfiler.Core.Allocation.Repetition;

/// <summary>Passes events to sinks, and knows those that came since the mark, so that a layer's can be repeated without computing it again.</summary>
internal sealed class SectionRecorder(params ISectionSink[] sinks) : ILayerRepeater, IAllocationSink
{
    private readonly List<AllocationEvent> events = [];
    private bool isMarked;

    public void Add(in AllocationEvent e)
    {
        if (isMarked)
            events.Add(e);
        foreach (var sink in sinks)
            sink.Add(e);
    }

    public void Mark()
    {
        isMarked = true;
        events.Clear();
        foreach (var sink in sinks)
            sink.Mark();
    }

    public bool TryRepeat(int times)
    {
        isMarked = false;
        if (!Section.TryRead(events, out var section))
            return false;
        foreach (var sink in sinks)
            sink.Repeat(section, times);
        return true;
    }
}
