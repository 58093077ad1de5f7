using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>
/// How measured records and today's predictor agree, in counts. Beside committed evidence they are what a later predictor is held
/// to; what was compared event by event while it was measured is taken from the records, since events are not kept.
/// </summary>
public sealed record EvidenceClaims
{
    public const int CurrentSchema = 1;

    /// <summary>Name of the file beside the evidence.</summary>
    public const string FileName = "claims.json";

    public int Schema { get; init; } = CurrentSchema;

    public required int Records { get; init; }

    /// <summary>Those that ended well; the others are not compared.</summary>
    public required int Ok { get; init; }

    /// <summary>Tensor peak predicted to the byte.</summary>
    public required int TensorPeakEqual { get; init; }

    /// <summary>Allocated peak predicted to the byte; where kernels' scratch is not known without the machine, it is not predicted.</summary>
    public required int AllocatedPeakEqual { get; init; }

    /// <summary>Reserved peak predicted to the byte; on a CPU there is none.</summary>
    public required int ReservedPeakEqual { get; init; }

    /// <summary>All allocations and frees as predicted, in size and order.</summary>
    public required int TraceEqual { get; init; }

    /// <summary>The largest share of the device total, in percent, that is no part's; null where no total is known.</summary>
    public required double? LargestResidualPercent { get; init; }

    /// <exception cref="InputException">A record's numbers make no model, or its variables are not simulated.</exception>
    public static EvidenceClaims Of(IEnumerable<RunRecord> records)
    {
        var claims = new EvidenceClaims
        {
            Records = 0,
            Ok = 0,
            TensorPeakEqual = 0,
            AllocatedPeakEqual = 0,
            ReservedPeakEqual = 0,
            TraceEqual = 0,
            LargestResidualPercent = null,
        };
        return records.Aggregate(claims, (sum, record) => sum.With(record));
    }

    /// <summary>What is less, or further off, than was claimed; a line each.</summary>
    public IReadOnlyList<string> WorseThan(EvidenceClaims claimed)
    {
        (string What, int Now, int Claimed)[] counts =
        [
            ("records", Records, claimed.Records),
            ("records that ended well", Ok, claimed.Ok),
            ("tensor peaks predicted to the byte", TensorPeakEqual, claimed.TensorPeakEqual),
            ("allocated peaks predicted to the byte", AllocatedPeakEqual, claimed.AllocatedPeakEqual),
            ("reserved peaks predicted to the byte", ReservedPeakEqual, claimed.ReservedPeakEqual),
            ("traces as predicted", TraceEqual, claimed.TraceEqual),
        ];
        var worse = counts.Where(c => c.Now < c.Claimed).Select(c => $"{c.What}: {c.Now}, claimed are {c.Claimed}");
        return LargestResidualPercent > (claimed.LargestResidualPercent ?? 0)
            ? [.. worse, FormattableString.Invariant($"largest residual: {LargestResidualPercent} %, claimed are {claimed.LargestResidualPercent ?? 0} %")]
            : [.. worse];
    }

    private EvidenceClaims With(RunRecord record)
    {
        if (record.Status != RunStatus.Ok)
            return this with { Records = Records + 1 };
        var model = record.Model.ToSpec();
        var target = RecordedTarget.Of(record.Device, record.Host, record.Cuda);
        var estimate = SimulatedEstimator.Estimate(model, record.Workload.ToWorkload(model), target);
        var measured = record.Measured;
        return this with
        {
            Records = Records + 1,
            Ok = Ok + 1,
            TensorPeakEqual = TensorPeakEqual + Equal(estimate.TensorPeak, measured.TensorPeak),
            AllocatedPeakEqual = AllocatedPeakEqual + Equal(estimate.AllocatedPeak, measured.AllocatedPeak),
            ReservedPeakEqual = ReservedPeakEqual + Equal(estimate.ReservedPeak, measured.ReservedPeak),
            TraceEqual = TraceEqual + (record.Trace is { Differences: 0 } ? 1 : 0),
            LargestResidualPercent = Larger(LargestResidualPercent, measured),
        };
    }

    private static int Equal(ByteSize? predicted, ByteSize? measured) => predicted is not null && predicted == measured ? 1 : 0;

    private static double? Larger(double? before, Measured measured)
    {
        if (measured.DevicePeak is not { Bytes: > 0 } total || measured.Parts[Part.Residual] is not { } residual)
            return before;
        var percent = Math.Round(100.0 * Math.Abs(residual.Bytes) / total.Bytes, 3);
        return Math.Max(before ?? 0, percent);
    }
}
