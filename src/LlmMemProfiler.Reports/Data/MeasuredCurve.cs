using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Reports.Data;

/// <summary>Peak allocated memory in each decode step; step 0 is the prefill. Columns have the same length.</summary>
/// <param name="Steps">Ascending. Long runs may merge neighboring steps, keeping the highest.</param>
/// <param name="Bytes">Allocated bytes, including weights.</param>
public sealed record MeasuredCurve(IReadOnlyList<int> Steps, IReadOnlyList<long> Bytes)
{
    /// <summary>Reads prefill and decode from a timeline; null if no allocations were observed in decode.</summary>
    public static MeasuredCurve? Of(Timeline timeline)
    {
        var levels = new SortedDictionary<int, long>();
        var count = Math.Min(timeline.Phase.Count, Math.Min(timeline.Step.Count, timeline.Allocated.Count));
        for (var i = 0; i < count; i++)
        {
            var phase = timeline.Phase[i];
            var level = timeline.Allocated[i].Total.Bytes;
            if (phase is not (Phase.Prefill or Phase.Decode) || level == 0)
                continue;
            var step = phase == Phase.Prefill ? 0 : timeline.Step[i];
            levels[step] = Math.Max(level, levels.GetValueOrDefault(step));
        }
        return levels.Count > 1 ? new([.. levels.Keys], [.. levels.Values]) : null;
    }
}
