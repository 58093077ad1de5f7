namespace LlmMemProfiler.Core.Allocation.Comparison;

/// <summary>
/// Compares a predicted stream of allocations with the measured one. Both are split into spans, one per operation and one
/// per gap between two; spans are matched by number, so one difference does not shift everything after it.
/// The sink receives the predicted events; measured ones are read as needed.
/// </summary>
/// <remarks>Uses memory proportional to live blocks and distinct differences, not events.</remarks>
/// <param name="measured">The measured events, in order.</param>
/// <param name="isComplete">False if the measured run ended early: predictions past its end then don't count as differences.</param>
public sealed class TraceComparison(IEnumerable<AllocationEvent> measured, bool isComplete = true) : IAllocationSink
{
    private readonly SpanReader seen = new(measured);
    private readonly EventSpan expected = new();
    private readonly EventSpan none = new();
    private readonly BlockPairs pairs = new();
    private readonly DifferenceList differences = new();
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
        while (seen.Current is { } rest)
        {
            Note(none, rest);
            seen.Advance();
        }
        return new(operations, predictedEvents, measuredEvents, equalEvents, tensorDifferences, unequal, differences.First);
    }

    private void Compare()
    {
        if (expected.Events.Count == 0)
            return;
        while (seen.Current is { } unpredicted && unpredicted.Number < expected.Number)
        {
            Note(none, unpredicted);
            seen.Advance();
        }
        if (seen.Current is { } same && same.Number == expected.Number)
        {
            Note(expected, same);
            seen.Advance();
        }
        else if (seen.Current is not null || isComplete)
        {
            Note(expected, none);
        }
        expected.Clear();
    }

    private void Note(EventSpan predicted, EventSpan actual)
    {
        operations++;
        predictedEvents += predicted.Events.Count;
        measuredEvents += actual.Events.Count;
        var tensorsEqual = pairs.AreEqual(predicted.Tensors, actual.Tensors);
        if (tensorsEqual && predicted.SizesEqual(actual))
        {
            equalEvents += actual.Events.Count;
            return;
        }
        unequal++;
        if (!tensorsEqual)
            tensorDifferences++;
        differences.Add(predicted, actual, inTensors: !tensorsEqual);
    }
}
