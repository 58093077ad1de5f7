using LlmMemProfiler.Core.Allocation.Comparison;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>Predicted streams of allocations against measured ones, over many points.</summary>
/// <param name="Whole">All points.</param>
/// <param name="Kinds">The same by model and type of the weights, the smallest model first.</param>
/// <param name="Worst">The points that differ most, worst first; none where all are equal.</param>
public sealed record TraceValidation(TraceAgreement Whole, IReadOnlyList<TraceAgreement> Kinds, IReadOnlyList<TraceError> Worst);

/// <summary>How far the traces of some points agree.</summary>
/// <param name="Model">The points' model; null for several.</param>
/// <param name="Dtype">Type of their weights; null for several.</param>
/// <param name="Points">Points measured, however they ended.</param>
/// <param name="Compared">Those whose traces were compared to the end.</param>
/// <param name="TensorsEqual">Those in which all blocks that outlive their operation are the predicted ones, in size and order.</param>
/// <param name="Equal">Those in which all blocks are, kernels' scratch included.</param>
/// <param name="Events">Allocations and frees seen in them.</param>
/// <param name="EqualEvents">Those that are the predicted ones.</param>
/// <param name="TensorDifferences">Operations in which tensors differ.</param>
/// <param name="PeaksCompared">Points whose allocated peak is known on both sides.</param>
/// <param name="AllocatedErrorPercent">The largest absolute error of the allocated peak, in percent of the measured; null where none is known.</param>
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

/// <summary>One point whose traces are not equal.</summary>
/// <param name="PointId">The point.</param>
/// <param name="Title">Model and workload.</param>
/// <param name="TensorDifferences">Operations in which tensors differ.</param>
/// <param name="Differences">Operations that differ in anything.</param>
/// <param name="AllocatedErrorPercent">Predicted − measured allocated peak, in percent of the measured; null where one is not known.</param>
/// <param name="First">The first difference; null where only the peak differs.</param>
public sealed record TraceError(
    string PointId, string Title, long TensorDifferences, long Differences, double? AllocatedErrorPercent, TraceDifference? First);
