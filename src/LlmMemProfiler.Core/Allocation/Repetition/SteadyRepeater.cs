namespace LlmMemProfiler.Core.Allocation.Repetition;

/// <summary>
/// Repeats sections to a sink until they do to it what they did before, and skips the rest. That they do so every second time is usual:
/// the hidden state of a layer takes the place that the one before has left.
/// </summary>
internal sealed class SteadyRepeater(ISteadySink sink) : ISectionSink
{
    /// <summary>After the last section, before it, and before the one before that; null if not known.</summary>
    private List<long>? now, before, earlier;

    public void Add(in AllocationEvent e) => sink.Add(e);

    public void Mark() => (now, before, earlier) = (Describe(), null, null);

    public void Repeat(Section section, int times)
    {
        Shift();
        for (var layer = 1; layer <= times; layer++)
        {
            var left = times - layer + 1;
            var period = IsSame(now, before) ? 1 : IsSame(now, earlier) ? 2 : left + 1;
            if (period <= left)
            {
                var skipped = left / period * period;
                sink.Skip((long)skipped * section.Events.Count);
                layer += skipped - 1;
                // What is left of a period, if anything, changes what is compared.
                (before, earlier) = (null, null);
                continue;
            }
            Play(section, layer);
            Shift();
        }
    }

    private void Play(Section section, int layer)
    {
        sink.Rename(section.After, section.Before);
        foreach (var e in section.Events)
            sink.Add(e with { Tag = e.Tag.LayersLater(layer) });
    }

    private void Shift() => (now, before, earlier) = (Describe(), now, before);

    private List<long>? Describe()
    {
        var state = new List<long>();
        return sink.TryDescribe(state) ? state : null;
    }

    private static bool IsSame(List<long>? a, List<long>? b) => a is not null && b is not null && a.SequenceEqual(b);
}
