using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>Predicted against measured traces: how many points agree, and which do not.</summary>
public static class TraceValidations
{
    private const int WorstShown = 5;

    public static TraceValidation Of(IReadOnlyCollection<TracePoint> points) => new(
        Agreement(null, null, points),
        [.. points.GroupBy(p => (p.Model.Name, p.Workload.Dtype))
            .OrderBy(kind => kind.First().Model.Parameters)
            .ThenBy(kind => kind.Key.Name, StringComparer.Ordinal)
            .ThenBy(kind => kind.Key.Dtype)
            .Select(kind => Agreement(kind.Key.Name, kind.Key.Dtype, [.. kind]))],
        [.. points
            .Where(p => p.Trace is not null && (!p.IsEqual || AllocatedPercent(p) is not (null or 0)))
            .OrderByDescending(p => p.Trace!.TensorDifferences)
            .ThenByDescending(p => p.Trace!.Differences)
            .ThenByDescending(p => Math.Abs(AllocatedPercent(p) ?? 0))
            .Take(WorstShown)
            .Select(Error)]);

    private static TraceAgreement Agreement(string? model, DataType? dtype, IReadOnlyCollection<TracePoint> points) => new(
        model,
        dtype,
        points.Count,
        points.Count(p => p.Trace is not null),
        points.Count(p => p.AreTensorsEqual),
        points.Count(p => p.IsEqual),
        points.Sum(p => p.Trace?.MeasuredEvents ?? 0),
        points.Sum(p => p.Trace?.EqualEvents ?? 0),
        points.Sum(p => p.Trace?.TensorDifferences ?? 0),
        points.Count(p => AllocatedPercent(p) is not null),
        points.Max(p => AllocatedPercent(p) is { } percent ? Math.Abs(percent) : (double?)null));

    private static TraceError Error(TracePoint p) => new(
        p.PointId, PointTitle.Short(p.Model.Name, p.Workload), p.Trace!.TensorDifferences, p.Trace.Differences, AllocatedPercent(p), p.Trace.First is [var first, ..] ? first : null);

    private static double? AllocatedPercent(TracePoint p) =>
        p.By(SimulatedEstimator.Name) is { } estimate ? Quantity.AllocatedPeak.Compare(p, estimate)?.Percent : null;
}
