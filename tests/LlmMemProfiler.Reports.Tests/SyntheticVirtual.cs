using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Reports.Tests;

/// <summary>Records as a virtual GPU leaves them: allocations, and nothing that only a real one knows.</summary>
public static class SyntheticVirtual
{
    /// <summary>What libtorch holds beside the tensors, in every record.</summary>
    public const long Slack = 7 * ByteSize.MiB;

    public static IReadOnlyList<RunRecord> Axes() => [.. SyntheticSweep.Axes().Select(Of)];

    public static RunRecord Of(RunRecord record)
    {
        var tensors = record.Measured.TensorParts;
        var reserved = tensors.With((Part.Slack, new(Slack)));
        return record with
        {
            Started = record.Started.AddDays(1),
            Device = new(DeviceKind.Virtual, "NVIDIA H100 80GB HBM3", null, new(80 * ByteSize.GiB), "9.0", null),
            Cuda = new() { Multiprocessors = 132, Cudnn = 91_002, Attention = ["flash"], Levels = [], Virtual = new("h100", 1, new(0), 0, new(0)) },
            Measured = record.Measured with { Parts = reserved, ReservedPeak = reserved.Total, DevicePeak = null },
            Estimates = [.. record.Estimates.Select(e => e.Estimator == "simulated" ? e with { ReservedPeak = reserved.Total } : e)],
            Timing = new(null, null, null),
        };
    }
}
