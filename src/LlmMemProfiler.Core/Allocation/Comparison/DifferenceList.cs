namespace LlmMemProfiler.Core.Allocation.Comparison;

/// <summary>The first distinct differences; repeats with the same sizes in the same kind of operation are only counted.</summary>
internal sealed class DifferenceList
{
    private const int Most = 16;

    private readonly Dictionary<string, int> places = [];
    private readonly List<TraceDifference> first = [];

    public IReadOnlyList<TraceDifference> First => first;

    public void Add(EventSpan predicted, EventSpan actual, bool inTensors)
    {
        var events = actual.Events.Count > 0 ? actual.Events : predicted.Events;
        var tag = events[0].Tag;
        long[] expected = [.. predicted.Events.Select(e => e.Size)];
        long[] measured = [.. actual.Events.Select(e => e.Size)];
        var kind = $"{tag.Phase} {tag.Operation} {tag.Part} {inTensors} {string.Join(',', expected)}|{string.Join(',', measured)}";
        if (places.TryGetValue(kind, out var place))
        {
            first[place] = first[place] with { Count = first[place].Count + 1 };
        }
        else if (first.Count < Most)
        {
            places.Add(kind, first.Count);
            first.Add(new(tag.ToString(), expected, measured, inTensors, 1));
        }
    }
}
