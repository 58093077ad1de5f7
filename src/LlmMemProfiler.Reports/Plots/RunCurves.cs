using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>The highest account between two moments, in seconds since the run's start.</summary>
internal sealed record Stretch(double From, double To, Phase Phase, MemoryAccount Account);

/// <summary>A phase from its begin to its end, in seconds since the run's start.</summary>
internal sealed record PhaseSpan(Phase Phase, double From, double To);

/// <summary>What a timeline draws. Moments that are no finite number, and levels that nobody knew, are left out.</summary>
internal sealed class RunCurves
{
    private RunCurves(IReadOnlyList<Stretch> stretches, IReadOnlyList<(double Seconds, ByteSize Size)> device)
    {
        Stretches = stretches;
        Device = device;
        Phases = [.. Spans(stretches)];
    }

    public IReadOnlyList<Stretch> Stretches { get; }

    public IReadOnlyList<(double Seconds, ByteSize Size)> Device { get; }

    /// <summary>Phases that took time, in their order.</summary>
    public IReadOnlyList<PhaseSpan> Phases { get; }

    public bool IsEmpty => Stretches.Count == 0;

    public double Start => IsEmpty ? 0 : Stretches[0].From;

    public double End => IsEmpty ? 1 : Stretches[^1].To;

    public static RunCurves Of(Timeline timeline)
    {
        int[] moments = [.. Enumerable.Range(0, timeline.Seconds.Count)
            .Where(i => double.IsFinite(timeline.Seconds[i]))
            .OrderBy(i => timeline.Seconds[i])];
        if (moments.Length == 0)
            return new([], []);

        // The first interval begins with the run. Where that leaves the picture no width, a second before is as good as any.
        double first = timeline.Seconds[moments[0]], last = timeline.Seconds[moments[^1]];
        var from = last > 0 ? Math.Min(0, first) : first - 1;
        var stretches = new List<Stretch>(moments.Length);
        foreach (var i in moments)
        {
            stretches.Add(new(from, timeline.Seconds[i], timeline.Phase[i], timeline.Allocated[i]));
            from = timeline.Seconds[i];
        }
        return new(stretches, [.. moments
            .Where(i => timeline.Device[i] is not null)
            .Select(i => (timeline.Seconds[i], timeline.Device[i]!.Value))]);
    }

    /// <summary>The most that a part held at any moment shown; zero where it is not known.</summary>
    public ByteSize Peak(Part part) =>
        Stretches.Select(s => s.Account[part] ?? ByteSize.Zero).DefaultIfEmpty(ByteSize.Zero).Max();

    /// <summary>The most that these parts held together at any moment shown.</summary>
    public ByteSize Peak(IReadOnlyList<Part> parts) =>
        Stretches.Select(s => Sum(s, parts)).DefaultIfEmpty(ByteSize.Zero).Max();

    /// <summary>What these parts hold together in one stretch.</summary>
    public static ByteSize Sum(Stretch stretch, IEnumerable<Part> parts) =>
        parts.Aggregate(ByteSize.Zero, (sum, part) => sum + (stretch.Account[part] ?? ByteSize.Zero));

    private static IEnumerable<PhaseSpan> Spans(IReadOnlyList<Stretch> stretches)
    {
        for (int begin = 0, i = 1; i <= stretches.Count; i++)
        {
            if (i < stretches.Count && stretches[i].Phase == stretches[begin].Phase)
                continue;
            if (stretches[i - 1].To > stretches[begin].From)
                yield return new(stretches[begin].Phase, stretches[begin].From, stretches[i - 1].To);
            begin = i;
        }
    }
}
