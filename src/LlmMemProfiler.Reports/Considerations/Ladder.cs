using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Reports.Data;

namespace LlmMemProfiler.Reports.Considerations;

/// <summary>Points that differ only along one axis, one per value.</summary>
/// <param name="Rungs">In axis order; at least two.</param>
internal sealed record Ladder(IReadOnlyList<ReportPoint> Rungs)
{
    /// <summary>All ladders: most values first, then the farthest reach, then the largest model.</summary>
    public static IReadOnlyList<Ladder> Find(Consideration axis, IReadOnlyList<ReportPoint> points) =>
        [.. points
            .Where(p => Quantity.WithoutWeights.Measured(p.Measured) is not null)
            .GroupBy(p => (p.Model, Workload: axis.Rest(p.Workload), p.Machine, p.Device.Kind, p.Device.Name))
            .Select(same => Of(axis, same))
            .Where(ladder => ladder.Rungs.Count > 1)
            .OrderByDescending(ladder => ladder.Rungs.Count)
            .ThenByDescending(ladder => Reach(axis, ladder))
            .ThenByDescending(ladder => ladder.Rungs[0].Model.Parameters)
            .ThenByDescending(ladder => Work(ladder.Rungs[0].Workload))
            .ThenBy(ladder => ladder.Rungs[0].Number)];

    /// <summary>Uses the median of repeated measurements.</summary>
    private static Ladder Of(Consideration axis, IEnumerable<ReportPoint> points) =>
        new([.. points
            .GroupBy(p => (Number: axis.Number(p.Workload), Label: axis.Label(p.Workload)))
            .OrderBy(g => g.Key.Number)
            .Select(g => g.OrderBy(p => p.Measured.TensorPeak).ThenBy(p => p.Number).ElementAt((g.Count() - 1) / 2))]);

    private static double Reach(Consideration axis, Ladder ladder) => axis.Unit is null ? 0 : axis.Number(ladder.Rungs[^1].Workload);

    private static double Work(WorkloadFacts w) => (double)w.Batch * ((double)w.Prompt + w.NewTokens);
}
