using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Records;

/// <summary>Signs, sums and the order of levels in a record's estimates.</summary>
internal static class EstimateCheck
{
    /// <summary>Contradictions, the first one first.</summary>
    public static IEnumerable<string> Of(RunRecord record)
    {
        if (record.Estimates.GroupBy(e => e.Estimator).FirstOrDefault(g => g.Count() > 1) is { } twice)
            yield return $"duplicate estimator '{twice.Key}'; must have one estimate of each";
        foreach (var estimate in record.Estimates)
        {
            if (Of(estimate).Concat(Curve(estimate)).FirstOrDefault() is { } contradiction)
                yield return $"estimate '{estimate.Estimator}': {contradiction}";
        }
    }

    private static IEnumerable<string> Of(MemoryEstimate e)
    {
        if (string.IsNullOrWhiteSpace(e.Estimator))
            yield return "it has no name; must have one";
        if ((Negative("parts", e.Parts) ?? Negative("tensor_parts", e.TensorParts)) is { } negative)
            yield return negative;
        if (new[] { e.TensorPeak, e.AllocatedPeak, e.ReservedPeak, e.ReservedPeakRising, e.Low, e.High, e.WorstRoutingExtra }.Any(size => size is { Bytes: < 0 }))
            yield return "a peak or a bound is negative; must be 0 or more";
        if (e.StatedTotal is { } total && total != e.Parts.Total)
            yield return $"total_bytes is {total.ToExactString()}; must be what its parts add up to, {e.Parts.Total.ToExactString()}";
        if (e.TensorPeak is { } peak && e.TensorParts.Known.Any() && e.TensorParts.Total != peak)
            yield return $"tensor_parts add up to {e.TensorParts.Total.ToExactString()}; must be the tensor peak, {peak.ToExactString()}";
        if (MeasuredCheck.IsAbove(e.TensorPeak, e.AllocatedPeak) || MeasuredCheck.IsAbove(e.AllocatedPeak, e.ReservedPeak))
            yield return "its peaks are out of order; must be tensor ≤ allocated ≤ reserved";
        if (e.ReservedPeakRising is { } rising && (e.ReservedPeak is not { } falling || rising == falling))
            yield return "its reserved peak with rising addresses is no other one; must be left out, or differ from a known reserved peak";
        if (e.ReservedPeak is null && e.Parts[Part.Slack] is not null)
            yield return "its slack is known, and its reserved peak is not; must both be, or neither";
        if (MeasuredCheck.IsAbove(e.Low, e.Parts.Total) || MeasuredCheck.IsAbove(e.Parts.Total, e.High))
            yield return "its total is outside its bounds; must be low ≤ total ≤ high";
        if (e.Interval is { } i && (!(i.Guarantee is >= 0 and <= 1) || i.HeldOut < 0 || i.Inside < 0 || i.Inside > i.HeldOut))
            yield return "its interval is impossible; must hold a share from 0 to 1, and no more held-out points than there are";
        if (e.Phases.Any(p => MeasuredCheck.IsAbove(p.TensorPeak, e.TensorPeak) || MeasuredCheck.IsAbove(p.AllocatedPeak, e.AllocatedPeak)
            || MeasuredCheck.IsAbove(p.ReservedPeak, e.ReservedPeak)))
            yield return "a phase is above its peak; must be at most that";
        if (e.Phases.Count > 0 && MeasuredCheck.IsAbove(e.TensorPeak, e.Phases.Max(p => p.TensorPeak)))
            yield return "its tensor peak is in no phase; must be the highest of its phases";
    }

    private static IEnumerable<string> Curve(MemoryEstimate e)
    {
        if (e.Curve is not { } c)
            yield break;
        if (new[] { c.Step.Count, c.Tensors.Count, c.Allocated?.Count, c.Reserved?.Count }.Any(n => n is { } count && count != c.Phase.Count))
            yield return "the curve's columns are not equally long; must have one entry per step";
        else if (Above(c.Tensors, e.TensorPeak) || Above(c.Allocated, e.AllocatedPeak) || Above(c.Reserved, e.ReservedPeak))
            yield return "the curve is above its peak, or below nothing; must be from 0 to it";
    }

    private static bool Above(IReadOnlyList<ByteSize>? column, ByteSize? peak) => column?.Any(size => size.Bytes < 0 || size > peak) == true;

    private static string? Negative(string what, MemoryAccount account) => MeasuredCheck.Negative(what, account);
}
