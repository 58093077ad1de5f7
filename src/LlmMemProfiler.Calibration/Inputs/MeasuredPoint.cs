using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Calibration.Inputs;

/// <summary>What was measured at one record's point, and what was predicted for it: all that an accuracy is made of.</summary>
public abstract record MeasuredPoint
{
    /// <summary>The point's id; the same for repeats.</summary>
    public required string PointId { get; init; }

    public required ModelFacts Model { get; init; }

    public required WorkloadFacts Workload { get; init; }

    public required Measured Measured { get; init; }

    public required IReadOnlyList<MemoryEstimate> Estimates { get; init; }

    /// <summary>The finest estimate there is: the simulated one, or the last.</summary>
    public MemoryEstimate? Finest => By(SimulatedEstimator.Name) ?? (Estimates.Count > 0 ? Estimates[^1] : null);

    /// <returns>What an estimator predicted; null where it did not.</returns>
    public MemoryEstimate? By(string estimator) => Estimates.FirstOrDefault(e => e.Estimator == estimator);
}
