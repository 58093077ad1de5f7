namespace LlmMemProfiler.Core.Allocation.Comparison;

/// <summary>Reads a stream span by span.</summary>
internal sealed class SpanReader
{
    private readonly IEnumerator<AllocationEvent> events;
    private readonly EventSpan span = new();
    private bool hasNext;

    public SpanReader(IEnumerable<AllocationEvent> stream)
    {
        events = stream.GetEnumerator();
        hasNext = events.MoveNext();
        Advance();
    }

    /// <summary>The current span; null after the last one.</summary>
    public EventSpan? Current { get; private set; }

    public void Advance()
    {
        if (!hasNext)
        {
            Current = null;
            return;
        }
        span.Restart(events.Current);
        while ((hasNext = events.MoveNext()) && span.Accepts(events.Current))
            span.Add(events.Current);
        Current = span;
    }
}
