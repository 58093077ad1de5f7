using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Reports.Data;

namespace LlmMemProfiler.Reports.Accuracy;

/// <summary>One line of an accuracy table.</summary>
/// <param name="Quantity">What is compared.</param>
/// <param name="Estimator">Whose prediction.</param>
/// <param name="Of">Which points: 'all', or for example a type.</param>
/// <param name="Errors">How far off.</param>
/// <param name="IsOpen">Whether the predicted total leaves the runtime out.</param>
internal sealed record AccuracyRow(string Quantity, string Estimator, string Of, ErrorSummary Errors, bool IsOpen);

/// <summary>Accuracies of points, as a whole and by kind.</summary>
internal static class AccuracyTable
{
    /// <summary>Every quantity and estimator over all points.</summary>
    public static IReadOnlyList<AccuracyRow> ByEstimator(IReadOnlyList<ReportPoint> points) =>
        [.. Quantity.All.SelectMany(q => Rows(q, points, _ => "all"))];

    /// <summary>The tensor peak and the device total, split by some kind of point.</summary>
    public static IReadOnlyList<AccuracyRow> By(IReadOnlyList<ReportPoint> points, Func<ReportPoint, string> kind) =>
        [.. ((Quantity[])[Quantity.TensorPeak, Quantity.Device]).SelectMany(q => Rows(q, points, kind))];

    private static IEnumerable<AccuracyRow> Rows(Quantity quantity, IReadOnlyList<ReportPoint> points, Func<ReportPoint, string> kind) =>
        from comparison in quantity.Compare(points)
        group comparison by (comparison.Estimator, Kind: kind(comparison.Point)) into same
        orderby same.Key.Kind
        select new AccuracyRow(
            quantity.Name, same.Key.Estimator, same.Key.Kind, ErrorSummary.Of([.. same])!,
            quantity == Quantity.Device && same.Any(c => IsOpen(c.Estimate.Parts)));

    /// <summary>Whether no part of an account stands for the runtime: its total is tensors alone.</summary>
    public static bool IsOpen(MemoryAccount parts) =>
        parts[Part.Overhead] is null && parts[Part.Context] is null && parts[Part.Modules] is null && parts[Part.Residual] is null;
}
