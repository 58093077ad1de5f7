namespace LlmMemProfiler.Core.Allocation.Comparison;

/// <summary>Reads a stream stretch by stretch.</summary>
internal sealed class StretchReader
{
    private readonly IEnumerator<AllocationEvent> events;
    private readonly Stretch stretch = new();
    private bool hasNext;

    public StretchReader(IEnumerable<AllocationEvent> stream)
    {
        events = stream.GetEnumerator();
        hasNext = events.MoveNext();
        Advance();
    }

    /// <summary>The current stretch; null behind the last one.</summary>
    public Stretch? Current { get; private set; }

    public void Advance()
    {
        if (!hasNext)
        {
            Current = null;
            return;
        }
        stretch.Restart(events.Current);
        while ((hasNext = events.MoveNext()) && stretch.Accepts(events.Current))
            stretch.Add(events.Current);
        Current = stretch;
    }
}
