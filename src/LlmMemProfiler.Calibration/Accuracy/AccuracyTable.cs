using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Accounts;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>One line of an accuracy table.</summary>
/// <param name="Quantity">What is compared.</param>
/// <param name="Estimator">Whose prediction.</param>
/// <param name="Of">Which points: 'all', or for example a type.</param>
/// <param name="Exact">Predictions equal to the byte.</param>
/// <param name="Errors">How far off.</param>
/// <param name="IsOpen">Whether the predicted total leaves the runtime out.</param>
public sealed record AccuracyRow(string Quantity, string Estimator, string Of, int Exact, ErrorStatistics Errors, bool IsOpen);

/// <summary>Accuracies of points, as a whole and by kind.</summary>
public static class AccuracyTable
{
    /// <summary>Every quantity and estimator over all points.</summary>
    public static IReadOnlyList<AccuracyRow> ByEstimator(IEnumerable<MeasuredPoint> points) =>
        [.. Quantity.All.SelectMany(q => Rows(q, points, _ => "all"))];

    /// <summary>The tensor peak and the device total, split by some kind of point.</summary>
    public static IReadOnlyList<AccuracyRow> By(IEnumerable<MeasuredPoint> points, Func<MeasuredPoint, string> kind) =>
        [.. ((Quantity[])[Quantity.TensorPeak, Quantity.Device]).SelectMany(q => Rows(q, points, kind))];

    private static IEnumerable<AccuracyRow> Rows(Quantity quantity, IEnumerable<MeasuredPoint> points, Func<MeasuredPoint, string> kind) =>
        from prediction in quantity.Compare(points)
        group prediction by (prediction.Estimator, Kind: kind(prediction.Point)) into same
        orderby same.Key.Kind
        select new AccuracyRow(
            quantity.Name, same.Key.Estimator, same.Key.Kind, same.Count(p => p.Difference == 0), same.ToList().Statistics()!,
            quantity == Quantity.Device && same.Any(p => IsOpen(p.Estimate.Parts)));

    /// <summary>Whether no part of an account stands for the runtime: its total is tensors alone.</summary>
    public static bool IsOpen(MemoryAccount parts) =>
        parts[Part.Overhead] is null && parts[Part.Context] is null && parts[Part.Modules] is null && parts[Part.Residual] is null;
}
