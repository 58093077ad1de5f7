using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>The peak account between two times, in seconds since the start of the run.</summary>
internal sealed record Interval(double From, double To, Phase Phase, MemoryAccount Account);

/// <summary>A phase's start and end, in seconds since the start of the run.</summary>
internal sealed record PhaseSpan(Phase Phase, double From, double To);

/// <summary>The drawable data of a timeline. Non-finite times and unknown levels are dropped.</summary>
internal sealed class RunCurves
{
    private RunCurves(IReadOnlyList<Interval> intervals, IReadOnlyList<(double Seconds, ByteSize Size)> device)
    {
        Intervals = intervals;
        Device = device;
        Phases = [.. Spans(intervals)];
    }

    public IReadOnlyList<Interval> Intervals { get; }

    public IReadOnlyList<(double Seconds, ByteSize Size)> Device { get; }

    /// <summary>Phases of nonzero duration, in order.</summary>
    public IReadOnlyList<PhaseSpan> Phases { get; }

    public bool IsEmpty => Intervals.Count == 0;

    public double Start => IsEmpty ? 0 : Intervals[0].From;

    public double End => IsEmpty ? 1 : Intervals[^1].To;

    public static RunCurves Of(Timeline timeline)
    {
        int[] moments = [.. Enumerable.Range(0, timeline.Seconds.Count)
            .Where(i => double.IsFinite(timeline.Seconds[i]))
            .OrderBy(i => timeline.Seconds[i])];
        if (moments.Length == 0)
            return new([], []);

        // The first interval starts with the run, or one second early if the plot would have no width.
        double first = timeline.Seconds[moments[0]], last = timeline.Seconds[moments[^1]];
        var from = last > 0 ? Math.Min(0, first) : first - 1;
        var intervals = new List<Interval>(moments.Length);
        foreach (var i in moments)
        {
            intervals.Add(new(from, timeline.Seconds[i], timeline.Phase[i], timeline.Allocated[i]));
            from = timeline.Seconds[i];
        }
        return new(intervals, [.. moments
            .Where(i => timeline.Device[i] is not null)
            .Select(i => (timeline.Seconds[i], timeline.Device[i]!.Value))]);
    }

    /// <summary>Peak of a part over the run; zero if unknown.</summary>
    public ByteSize Peak(Part part) =>
        Intervals.Select(s => s.Account[part] ?? ByteSize.Zero).DefaultIfEmpty(ByteSize.Zero).Max();

    /// <summary>Peak of the sum of these parts over the run.</summary>
    public ByteSize Peak(IReadOnlyList<Part> parts) =>
        Intervals.Select(s => Sum(s, parts)).DefaultIfEmpty(ByteSize.Zero).Max();

    /// <summary>Sum of these parts in one interval.</summary>
    public static ByteSize Sum(Interval interval, IEnumerable<Part> parts) =>
        parts.Aggregate(ByteSize.Zero, (sum, part) => sum + (interval.Account[part] ?? ByteSize.Zero));

    private static IEnumerable<PhaseSpan> Spans(IReadOnlyList<Interval> intervals)
    {
        for (int begin = 0, i = 1; i <= intervals.Count; i++)
        {
            if (i < intervals.Count && intervals[i].Phase == intervals[begin].Phase)
                continue;
            if (intervals[i - 1].To > intervals[begin].From)
                yield return new(intervals[begin].Phase, intervals[begin].From, intervals[i - 1].To);
            begin = i;
        }
    }
}
