using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Calibration.Inputs;

/// <summary>What was measured and predicted for one record's point: all that accuracy is computed from.</summary>
public abstract record MeasuredPoint
{
    /// <summary>The point's id; repeats share it.</summary>
    public required string PointId { get; init; }

    public required ModelFacts Model { get; init; }

    public required WorkloadFacts Workload { get; init; }

    public required Measured Measured { get; init; }

    public required IReadOnlyList<MemoryEstimate> Estimates { get; init; }

    /// <summary>The most detailed estimate: the simulated one if present, otherwise the last.</summary>
    public MemoryEstimate? Finest => By(SimulatedEstimator.Name) ?? (Estimates.Count > 0 ? Estimates[^1] : null);

    /// <returns>An estimator's prediction; null if it made none.</returns>
    public MemoryEstimate? By(string estimator) => Estimates.FirstOrDefault(e => e.Estimator == estimator);
}
