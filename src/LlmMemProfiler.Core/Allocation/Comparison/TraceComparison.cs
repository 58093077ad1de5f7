namespace LlmMemProfiler.Core.Allocation.Comparison;

/// <summary>
/// Compares a predicted stream of allocations with the measured one. Both are split into spans, one per operation and one
/// per gap between two; spans are matched by number, so one difference does not shift everything after it.
/// The sink receives the predicted events; measured ones are read as needed.
/// </summary>
/// <remarks>
/// Where the measured run ended early, the frees after its last allocation that nobody predicted are its unwinding, and no differences.
/// Uses memory proportional to live blocks and distinct differences, not events.
/// </remarks>
/// <param name="measured">The measured events, in order.</param>
/// <param name="isComplete">False if the measured run ended early: predictions past its end then don't count as differences.</param>
public sealed class TraceComparison(IEnumerable<AllocationEvent> measured, bool isComplete = true) : IAllocationSink
{
    private readonly SpanReader actual = new(measured);
    private readonly EventSpan expected = new();
    private readonly EventSpan none = new();
    private readonly BlockPairs pairs = new();
    private readonly DifferenceList differences = new();
    private readonly long allocating = isComplete ? long.MaxValue : Allocating(measured);
    private long passed, unwound, unwoundBytes;
    private long operations, predictedEvents, measuredEvents, equalEvents, tensorDifferences, unequal;

    /// <summary>Adds the next predicted event.</summary>
    public void Add(in AllocationEvent e)
    {
        if (expected.Accepts(e))
        {
            expected.Add(e);
            return;
        }
        Compare();
        expected.Restart(e);
    }

    /// <summary>Call after the last predicted event: the result.</summary>
    public TraceFacts Complete()
    {
        Compare();
        while (actual.Current is { } rest)
        {
            Note(none, rest);
            actual.Advance();
        }
        return new(operations, predictedEvents, measuredEvents, equalEvents, tensorDifferences, unequal, differences.First)
        {
            Unwinding = unwound > 0 ? new(unwound, new(unwoundBytes)) : null,
        };
    }

    /// <summary>How many events there are up to the last allocation.</summary>
    private static long Allocating(IEnumerable<AllocationEvent> measured)
    {
        var (count, last) = (0L, 0L);
        foreach (var e in measured)
        {
            count++;
            if (e.Size > 0)
                last = count;
        }
        return last;
    }

    private void Compare()
    {
        if (expected.Events.Count == 0)
            return;
        while (actual.Current is { } unpredicted && unpredicted.Number < expected.Number)
        {
            Note(none, unpredicted);
            actual.Advance();
        }
        if (actual.Current is { } same && same.Number == expected.Number)
        {
            Note(expected, same);
            actual.Advance();
        }
        else if (isComplete || (actual.Current is not null && passed < allocating))
        {
            Note(expected, none);
        }
        expected.Clear();
    }

    private void Note(EventSpan predicted, EventSpan found)
    {
        var own = OwnEvents(predicted, found);
        passed += found.Events.Count;
        if (own < found.Events.Count)
        {
            unwound += found.Events.Count - own;
            unwoundBytes -= found.Events.Skip(own).Sum(e => e.Size);
            if (own == 0)
                return;
            (predicted, found) = (predicted.Take(Math.Min(own, predicted.Events.Count)), found.Take(own));
        }
        operations++;
        predictedEvents += predicted.Events.Count;
        measuredEvents += found.Events.Count;
        var tensorsEqual = pairs.AreEqual(predicted.Tensors, found.Tensors);
        if (tensorsEqual && predicted.SizesEqual(found))
        {
            equalEvents += found.Events.Count;
            return;
        }
        unequal++;
        if (!tensorsEqual)
            tensorDifferences++;
        differences.Add(predicted, found, inTensors: !tensorsEqual);
    }

    /// <summary>How many of a span's events are the run's own, the others being its unwinding: all up to the last allocation, and then those predicted.</summary>
    private int OwnEvents(EventSpan predicted, EventSpan found)
    {
        if (unwound > 0)
            return 0;
        var own = (int)Math.Clamp(allocating - passed, 0, found.Events.Count);
        while (own < Math.Min(predicted.Events.Count, found.Events.Count) && pairs.IsSameFree(predicted.Events[own], found.Events[own]))
            own++;
        return own;
    }
}
