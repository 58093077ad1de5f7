using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Inputs;

/// <summary>What calibration keeps of a record: thousands of them fit into memory, curves and tokens do not.</summary>
public sealed record CalibrationPoint : MeasuredPoint
{
    /// <summary>The measured device total; above zero.</summary>
    public required ByteSize Device { get; init; }

    public Share Share => Shares.Of(PointId);

    /// <summary>True where all that the split constants need is known.</summary>
    public bool IsComplete =>
        Measured.Parts[Part.Context] is not null && Measured.Parts[Part.Modules] is not null
            && By(GuideEstimator.Name) is not null && By(SimulatedEstimator.Name) is not null;

    /// <summary>A record that ended well and whose device peak is known and not zero; else null.</summary>
    public static CalibrationPoint? Of(RunRecord record) =>
        record is { Status: RunStatus.Ok, Measured.DevicePeak: { Bytes: > 0 } device }
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
