namespace LlmMemProfiler.Core.Allocation.Comparison;

/// <summary>
/// Gives predicted events the times at which their operations really ran, so that both traces can be plotted together.
/// An operation that was not measured gets the time of the previous one.
/// </summary>
/// <param name="measured">The measured events, in order.</param>
/// <param name="next">Receives the predicted events with their times.</param>
public sealed class TimeAligner(IEnumerable<AllocationEvent> measured, IAllocationSink next) : IAllocationSink
{
    private readonly SpanReader actual = new(measured);
    private long number, time;
    private int place;
    private bool isBegun;

    public void Add(in AllocationEvent e)
    {
        var step = (e.Tag.Sequence - number) & Tag.LargestSequence;
        if (!isBegun || step != 0)
        {
            number += step;
            (place, isBegun) = (0, true);
            while (actual.Current is { } behind && behind.Number < number)
            {
                time = behind.Events[^1].Time;
                actual.Advance();
            }
        }
        if (actual.Current is { } same && same.Number == number)
            time = same.Events[Math.Min(place, same.Events.Count - 1)].Time;
        place++;
        next.Add(e with { Time = time });
    }
}
