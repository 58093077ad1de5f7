using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;

namespace LlmMemProfiler.Core.Tests.Allocation;

/// <summary>
/// What a ledger says, reckoned again from the whole stream: each moment's level is summed anew over the events so far, and
/// scratch is found by looking ahead.
/// </summary>
internal sealed class NaiveLedger(IReadOnlyList<AllocationEvent> stream)
{
    public sealed record Moment(int At, long Total, long[] Owners);

    /// <summary>For each event, the event that takes its block; a take is its own.</summary>
    private readonly int[] takenAt = [.. stream.Select((e, i) =>
        Enumerable.Range(0, i + 1).Last(j => stream[j].Block == e.Block && stream[j].Size > 0))];

    public Moment AllocatedPeak() => Highest(0, stream.Count, tensorsOnly: false);

    public Moment TensorPeak() => Highest(0, stream.Count, tensorsOnly: true);

    public IEnumerable<(Phase Phase, int Step, Moment Allocated, Moment Tensors, long AtEnd)> Steps()
    {
        for (int start = 0, end; start < stream.Count; start = end)
        {
            var first = stream[start].Tag;
            end = start;
            while (end < stream.Count && (stream[end].Tag.Phase, stream[end].Tag.Step) == (first.Phase, first.Step))
                end++;
            var (allocated, tensors) = (Highest(start, end, tensorsOnly: false), Highest(start, end, tensorsOnly: true));
            yield return (first.Phase, first.Step, allocated, tensors, After(end - 1, tensorsOnly: false).Total);
        }
    }

    /// <summary>The first highest moment from before the first event to after the last one.</summary>
    private Moment Highest(int start, int end, bool tensorsOnly) =>
        Enumerable.Range(start - 1, end - start + 1).Select(i => After(i, tensorsOnly)).MaxBy(m => m.Total)!;

    private Moment After(int last, bool tensorsOnly)
    {
        var owners = new long[Parts.Owners];
        for (var i = 0; i <= last; i++)
        {
            var scratch = IsScratch(takenAt[i]);
            if (!(scratch && tensorsOnly))
                owners[(int)(scratch ? Part.Workspace : stream[takenAt[i]].Tag.Part)] += stream[i].Size;
        }
        return new(last, owners.Sum(), owners);
    }

    /// <summary>Its operation goes on until its block is freed.</summary>
    private bool IsScratch(int taken)
    {
        if (stream[taken].Tag.Operation == Operation.None)
            return false;
        for (var i = taken + 1; i < stream.Count && stream[i].Tag.Sequence == stream[taken].Tag.Sequence; i++)
        {
            if (stream[i].Block == stream[taken].Block)
                return true;
        }
        return false;
    }
}
