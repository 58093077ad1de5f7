namespace LlmMemProfiler.Core.Allocation.Comparison;

/// <summary>The events of one operation, or of the gap between two.</summary>
internal sealed class EventSpan
{
    private readonly List<AllocationEvent> events = [];
    private readonly List<AllocationEvent> tensors = [];
    private bool hasTensors;

    /// <summary>Number of the span in the stream; tags carry only its low bits.</summary>
    public long Number { get; private set; }

    public IReadOnlyList<AllocationEvent> Events => events;

    /// <summary>The events of blocks that the operation did not free itself.</summary>
    public IReadOnlyList<AllocationEvent> Tensors
    {
        get
        {
            if (!hasTensors)
                FindTensors();
            return tensors;
        }
    }

    /// <summary>True if the event belongs to this span.</summary>
    public bool Accepts(in AllocationEvent e) => events.Count > 0 && e.Tag.Sequence == events[0].Tag.Sequence;

    public void Add(in AllocationEvent e)
    {
        events.Add(e);
        hasTensors = false;
    }

    /// <summary>Starts the next span with this event.</summary>
    public void Restart(in AllocationEvent e)
    {
        Number += (e.Tag.Sequence - Number) & Tag.LargestSequence;
        Clear();
        Add(e);
    }

    public void Clear()
    {
        events.Clear();
        hasTensors = false;
    }

    /// <summary>The first of its events.</summary>
    public EventSpan Take(int count)
    {
        if (count == events.Count)
            return this;
        var taken = new EventSpan { Number = Number };
        taken.events.AddRange(events.Take(count));
        return taken;
    }

    public bool SizesEqual(EventSpan other)
    {
        if (events.Count != other.events.Count)
            return false;
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i].Size != other.events[i].Size)
                return false;
        }
        return true;
    }

    private void FindTensors()
    {
        tensors.Clear();
        hasTensors = true;
        foreach (var e in events)
        {
            if (e.Size < 0 && tensors.IndexOfScratch(e) is var scratch and >= 0)
                tensors.RemoveAt(scratch);
            else
                tensors.Add(e);
        }
    }
}
