using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Allocation.Comparison;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>Predicted against measured allocation streams, over many points.</summary>
/// <param name="Overall">All points.</param>
/// <param name="Kinds">The same by model and weight type, smallest model first.</param>
/// <param name="Worst">The points that differ most, worst first; empty if all match.</param>
public sealed record TraceValidation(
    [property: JsonPropertyName("whole")] TraceAgreement Overall, IReadOnlyList<TraceAgreement> Kinds, IReadOnlyList<TraceError> Worst);

/// <summary>How well the traces of some points agree.</summary>
/// <param name="Model">The points' model; null for several.</param>
/// <param name="Dtype">Their weight type; null for several.</param>
/// <param name="Points">Points measured, whatever their status.</param>
/// <param name="Compared">Points whose traces were fully compared.</param>
/// <param name="TensorsEqual">Points where every block that outlives its operation matches the prediction, in size and order.</param>
/// <param name="Equal">Points where every block does, kernels' scratch included.</param>
/// <param name="Events">Allocations and frees observed.</param>
/// <param name="EqualEvents">Events that match the prediction.</param>
/// <param name="TensorDifferences">Operations in which tensors differ.</param>
/// <param name="PeaksCompared">Points whose allocated peak was both measured and predicted.</param>
/// <param name="AllocatedErrorPercent">The largest absolute error of the allocated peak, in percent of the measured peak; null if none is known.</param>
public sealed record TraceAgreement(
    string? Model,
    DataType? Dtype,
    int Points,
    int Compared,
    int TensorsEqual,
    int Equal,
    long Events,
    long EqualEvents,
    long TensorDifferences,
    int PeaksCompared,
    double? AllocatedErrorPercent);

/// <summary>One point whose traces differ.</summary>
/// <param name="PointId">The point.</param>
/// <param name="Title">Model and workload.</param>
/// <param name="TensorDifferences">Operations in which tensors differ.</param>
/// <param name="Differences">Operations that differ at all.</param>
/// <param name="AllocatedErrorPercent">Predicted − measured allocated peak, in percent of the measured peak; null if either is unknown.</param>
/// <param name="First">The first difference; null if only the peak differs.</param>
public sealed record TraceError(
    string PointId, string Title, long TensorDifferences, long Differences, double? AllocatedErrorPercent, TraceDifference? First);
