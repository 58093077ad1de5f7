using LlmMemProfiler.Core.Allocation.Comparison;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Calibration.Inputs;

/// <summary>What validation keeps of a record's traces.</summary>
/// <param name="PointId">The point's id; the same for repeats.</param>
/// <param name="Model">The model.</param>
/// <param name="Workload">The workload.</param>
/// <param name="Trace">What the comparison found; null where the run did not end well or nothing saw its allocations.</param>
/// <param name="AllocatedPercent">Predicted − measured allocated peak, in percent of the measured; null where one is not known.</param>
public sealed record TracePoint(string PointId, ModelFacts Model, WorkloadFacts Workload, TraceFacts? Trace, double? AllocatedPercent)
{
    public bool AreTensorsEqual => Trace is { TensorDifferences: 0 };

    public bool IsEqual => Trace is { Differences: 0 };

    public static TracePoint Of(RunRecord record)
    {
        if (record.Status != RunStatus.Ok)
            return new(record.PointId, record.Model, record.Workload, null, null);
        var predicted = record.Estimates.FirstOrDefault(e => e.Estimator == SimulatedEstimator.Name)?.AllocatedPeak;
        var percent = predicted is { } p && record.Measured.AllocatedPeak is { Bytes: > 0 } m ? 100.0 * (p - m).Bytes / m.Bytes : (double?)null;
        return new(record.PointId, record.Model, record.Workload, record.Trace, percent);
    }
}
