using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Plots;

namespace LlmMemProfiler.Reports.Data;

/// <summary>What a report keeps of one record: all its numbers, but of the curve over time only a level a step.</summary>
public sealed record ReportPoint
{
    /// <summary>Its place among the records read, from 1 on.</summary>
    public required int Number { get; init; }

    public required string Id { get; init; }

    public required RunStatus Status { get; init; }

    public required string? Error { get; init; }

    public required ModelFacts Model { get; init; }

    public required WorkloadFacts Workload { get; init; }

    public required DeviceFacts Device { get; init; }

    public required Measured Measured { get; init; }

    public required IReadOnlyList<MemoryEstimate> Estimates { get; init; }

    public required Timing Timing { get; init; }

    public required MeasuredCurve? Curve { get; init; }

    /// <summary>What the finest estimate of the record says of the same; null where it has no curve.</summary>
    public required PredictedCurve? Predicted { get; init; }

    /// <summary>Prompt and new tokens, L.</summary>
    public long Length => (long)Workload.Prompt + Workload.NewTokens;

    /// <summary>The finest estimate there is: the simulated one, or the last.</summary>
    public MemoryEstimate? Finest =>
        Estimates.FirstOrDefault(e => e.Estimator == SimulatedEstimator.Name) ?? (Estimates.Count > 0 ? Estimates[^1] : null);

    public MemoryEstimate? Guide => Estimates.FirstOrDefault(e => e.Estimator == GuideEstimator.Name);

    /// <summary>The point in half a line, a long model's name cut.</summary>
    public string Title => PointTitle.Short(PlainText.Cut(Model.Name, 24), Workload);

    /// <summary>The peak of what is not weights: tensors of the measurement at their peak, less the weights among them.</summary>
    public ByteSize? TensorsBesideWeights =>
        Measured.TensorPeak is { } peak && Measured.TensorParts[Core.Accounts.Part.Weights] is { } weights ? peak - weights : null;
}
