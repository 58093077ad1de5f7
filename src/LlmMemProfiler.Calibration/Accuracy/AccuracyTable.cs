using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Accounts;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>One row of an accuracy table.</summary>
/// <param name="Quantity">What is compared.</param>
/// <param name="Estimator">Whose prediction.</param>
/// <param name="Group">Which points: 'all', or a data type, for example.</param>
/// <param name="Exact">Predictions exact to the byte.</param>
/// <param name="Errors">Error statistics.</param>
/// <param name="ExcludesRuntime">True if the predicted total excludes the runtime.</param>
public sealed record AccuracyRow(string Quantity, string Estimator, string Group, int Exact, ErrorStatistics Errors, bool ExcludesRuntime);

/// <summary>Accuracy over all points and by group.</summary>
public static class AccuracyTable
{
    /// <summary>Every quantity and estimator, over all points.</summary>
    public static IReadOnlyList<AccuracyRow> ByEstimator(IEnumerable<MeasuredPoint> points) =>
        [.. Quantity.All.SelectMany(q => Rows(q, points, _ => "all"))];

    /// <summary>Some levels, by group of points.</summary>
    public static IReadOnlyList<AccuracyRow> By(IEnumerable<MeasuredPoint> points, IReadOnlyList<Quantity> levels, Func<MeasuredPoint, string> groupOf) =>
        [.. levels.SelectMany(q => Rows(q, points, groupOf))];

    private static IEnumerable<AccuracyRow> Rows(Quantity quantity, IEnumerable<MeasuredPoint> points, Func<MeasuredPoint, string> groupOf) =>
        from prediction in quantity.Compare(points)
        group prediction by (prediction.Estimator, Group: groupOf(prediction.Point)) into same
        orderby same.Key.Group
        select new AccuracyRow(
            quantity.Name, same.Key.Estimator, same.Key.Group, same.Count(p => p.Difference == 0), same.ToList().Statistics()!,
            quantity == Quantity.Device && same.Any(p => ExcludesRuntime(p.Estimate.Parts)));

    /// <summary>True if no part covers the runtime: the total is tensors alone.</summary>
    public static bool ExcludesRuntime(MemoryAccount parts) =>
        parts[Part.Overhead] is null && parts[Part.Context] is null && parts[Part.Modules] is null && parts[Part.Residual] is null;
}
