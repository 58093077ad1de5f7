using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Inputs;

/// <summary>What calibration keeps of a record: thousands of them fit into memory, curves and tokens do not.</summary>
/// <param name="PointId">The point's id; the same for repeats.</param>
/// <param name="Model">The model.</param>
/// <param name="Workload">The workload.</param>
/// <param name="Device">The measured device total.</param>
/// <param name="Allocated">The measured peak of all blocks; null where nothing saw them.</param>
/// <param name="Parts">The device total by part.</param>
/// <param name="TensorParts">The tensor peak by owner.</param>
/// <param name="Estimates">What was predicted for it, by the estimators' names.</param>
public sealed record CalibrationPoint(
    string PointId,
    ModelFacts Model,
    WorkloadFacts Workload,
    ByteSize Device,
    ByteSize? Allocated,
    MemoryAccount Parts,
    MemoryAccount TensorParts,
    IReadOnlyDictionary<string, MemoryEstimate> Estimates)
{
    public Share Share => Shares.Of(PointId);

    /// <summary>A record that ended well and whose device peak is known and not zero; else null.</summary>
    public static CalibrationPoint? Of(RunRecord record) =>
        record is { Status: RunStatus.Ok, Measured.DevicePeak: { Bytes: > 0 } device }
            ? new(
                record.PointId, record.Model, record.Workload, device, record.Measured.AllocatedPeak, record.Measured.Parts,
                record.Measured.TensorParts, record.Estimates.ToDictionary(e => e.Estimator))
            : null;

    /// <summary>True where all that the split constants need is known.</summary>
    public bool IsComplete =>
        Parts[Part.Context] is not null && Parts[Part.Modules] is not null
            && Estimates.ContainsKey(GuideEstimator.Name) && Estimates.ContainsKey(SimulatedEstimator.Name);
}
