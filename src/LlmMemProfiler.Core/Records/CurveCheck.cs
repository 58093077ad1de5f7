using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Core.Records;

/// <summary>Checks the levels over time against each other and against the peaks.</summary>
internal static class CurveCheck
{
    /// <summary>Contradictions, the first one first.</summary>
    public static IEnumerable<string> Of(RunRecord r)
    {
        var t = r.Timeline;
        if (new[] { t.Phase.Count, t.Step.Count, t.Allocated.Count, t.Device.Count }.Any(n => n != t.Seconds.Count))
        {
            yield return "the timeline's columns are not equally long; must have one entry per moment";
            yield break;
        }
        if (t.Seconds.Count == 0)
            yield break;
        if (t.Seconds.Any(s => !(s >= 0)) || t.Seconds.Zip(t.Seconds.Skip(1)).Any(pair => pair.First > pair.Second))
            yield return "the timeline's seconds run backward; must rise from 0";
        if (t.Phase.Zip(t.Phase.Skip(1)).Any(pair => pair.First > pair.Second) || t.Step.Any(step => step < 0))
            yield return "the timeline's phases or steps are out of order; must be load, prefill, decode, with steps from 0";
        if (t.Allocated.Select(a => MeasuredCheck.Negative("the timeline", a)).FirstOrDefault(n => n is not null) is { } negative)
            yield return negative;
        var m = r.Measured;
        var most = t.Allocated.Max(a => a.Total);
        if (MeasuredCheck.IsAbove(most, m.AllocatedPeak))
            yield return $"the timeline goes up to {most.ToExactString()}; must be at most the allocated peak, {m.AllocatedPeak!.Value.ToExactString()}";
        if (r is { Status: RunStatus.Ok, Device.Kind: DeviceKind.Cpu } && MeasuredCheck.IsAbove(m.AllocatedPeak, most))
            yield return $"the timeline goes up to {most.ToExactString()}; must reach the allocated peak, {m.AllocatedPeak!.Value.ToExactString()}";
        if (MeasuredCheck.IsAbove(t.Device.Max(), m.DevicePeak))
            yield return "the timeline's device level is above the device peak; must be at most that";
    }
}
