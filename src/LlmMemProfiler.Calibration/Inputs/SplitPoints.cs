namespace LlmMemProfiler.Calibration.Inputs;

/// <summary>Points by what they are used for.</summary>
/// <param name="Splits">The rule.</param>
/// <param name="Fit">For constants.</param>
/// <param name="Conformal">For the intervals' width.</param>
/// <param name="HeldOut">The extremes.</param>
public sealed record SplitPoints(
    DataSplits Splits, IReadOnlyList<CalibrationPoint> Fit, IReadOnlyList<CalibrationPoint> Conformal, IReadOnlyList<CalibrationPoint> HeldOut)
{
    public static SplitPoints Of(IReadOnlyCollection<CalibrationPoint> points)
    {
        var splits = new DataSplits([.. points.Select(p => (p.Model, p.Workload))]);
        var parts = points.ToLookup(p => splits.Of(p.PointId, p.Model, p.Workload));
        return new(splits, [.. parts[DataSplit.Fit]], [.. parts[DataSplit.Conformal]], [.. parts[DataSplit.HeldOut]]);
    }

    public SplitCounts Counts => new(Fit.Count, Conformal.Count, HeldOut.Count);

    public int Count => Fit.Count + Conformal.Count + HeldOut.Count;

    /// <summary>The points that the fit and its intervals have seen.</summary>
    public IEnumerable<CalibrationPoint> Seen => Fit.Concat(Conformal);
}
