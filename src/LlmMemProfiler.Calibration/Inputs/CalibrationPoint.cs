using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Inputs;

/// <summary>The part of a record that calibration keeps: thousands fit in memory; their timelines and tokens would not.</summary>
public sealed record CalibrationPoint : MeasuredPoint
{
    /// <summary>The measured device total without this program's own memory; positive.</summary>
    public required ByteSize Device { get; init; }

    /// <summary>True if everything the split constants need is known.</summary>
    public bool IsComplete =>
        Measured.Parts[Part.Context] is not null && Measured.Parts[Part.Modules] is not null
            && By(GuideEstimator.Name) is not null && By(SimulatedEstimator.Name) is not null;

    /// <summary>The point of a record with status ok and a positive device peak; otherwise null.</summary>
    public static CalibrationPoint? Of(RunRecord record) =>
        record is { Status: RunStatus.Ok, Measured.DeviceWithoutProfiler: { Bytes: > 0 } device }
            ? new()
            {
                PointId = record.PointId,
                Model = record.Model,
                Workload = record.Workload,
                Measured = record.Measured,
                Estimates = record.Estimates,
                Device = device,
            }
            : null;
}
