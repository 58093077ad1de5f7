namespace LlmMemProfiler.Core.Allocation.Comparison;

/// <summary>
/// Lays a predicted stream of allocations beside the measured one. Both are cut into spans, one for each operation and one
/// for what lies between two; spans of the same number belong together, so that one difference does not shift all that
/// follows. As a sink it takes the predicted events; the measured ones are read along as they are needed.
/// </summary>
/// <remarks>Memory grows with the live blocks and the distinct differences, not with the events.</remarks>
/// <param name="measured">The measured events, in their order.</param>
/// <param name="isComplete">False where the measured run ended early: what is predicted beyond its end is then no difference.</param>
public sealed class TraceComparison(IEnumerable<AllocationEvent> measured, bool isComplete = true) : IAllocationSink
{
    private readonly SpanReader seen = new(measured);
    private readonly EventSpan expected = new();
    private readonly EventSpan none = new();
    private readonly BlockPairs pairs = new();
    private readonly DifferenceList differences = new();
    private long operations, predictedEvents, measuredEvents, equalEvents, tensorDifferences, unequal;

    /// <summary>Takes the next predicted event.</summary>
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

    /// <summary>After the last predicted event: what the comparison found.</summary>
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
