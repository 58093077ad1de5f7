using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>
/// Counts of how well measured records and today's predictor agree. Stored next to committed evidence, they hold later predictors
/// to it; event-by-event results come from the records, since events are not kept.
/// </summary>
public sealed record EvidenceClaims
{
    public const int CurrentSchema = 1;

    /// <summary>Name of the file next to the evidence.</summary>
    public const string FileName = "claims.json";

    public int Schema { get; init; } = CurrentSchema;

    public required int Records { get; init; }

    /// <summary>Records with status ok; the others are not compared.</summary>
    public required int Ok { get; init; }

    /// <summary>Tensor peaks predicted to the byte.</summary>
    public required int TensorPeakEqual { get; init; }

    /// <summary>Allocated peaks predicted to the byte; none is predicted where kernels' scratch is unknown without the machine.</summary>
    public required int AllocatedPeakEqual { get; init; }

    /// <summary>Reserved peaks predicted to the byte; a CPU has none.</summary>
    public required int ReservedPeakEqual { get; init; }

    /// <summary>Traces whose allocations and frees all match the prediction, in size and order.</summary>
    public required int TraceEqual { get; init; }

    /// <summary>The largest residual, in percent of the device total; null if no total is known.</summary>
    public required double? LargestResidualPercent { get; init; }

    /// <exception cref="InputException">A record does not describe a valid model, or sets variables that cannot be simulated.</exception>
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

    /// <summary>What is worse than claimed, one item per entry.</summary>
    public IReadOnlyList<string> WorseThan(EvidenceClaims claimed)
    {
        (string What, int Now, int Claimed)[] counts =
        [
            ("records", Records, claimed.Records),
            ("ok records", Ok, claimed.Ok),
            ("tensor peaks predicted to the byte", TensorPeakEqual, claimed.TensorPeakEqual),
            ("allocated peaks predicted to the byte", AllocatedPeakEqual, claimed.AllocatedPeakEqual),
            ("reserved peaks predicted to the byte", ReservedPeakEqual, claimed.ReservedPeakEqual),
            ("traces as predicted", TraceEqual, claimed.TraceEqual),
        ];
        var worse = counts.Where(c => c.Now < c.Claimed).Select(c => $"{c.What}: {c.Now}, claimed {c.Claimed}");
        return LargestResidualPercent > (claimed.LargestResidualPercent ?? 0)
            ? [.. worse, FormattableString.Invariant($"largest residual: {LargestResidualPercent} %, claimed {claimed.LargestResidualPercent ?? 0} %")]
            : [.. worse];
    }

    private EvidenceClaims With(RunRecord record)
    {
        if (record.Status != RunStatus.Ok)
            return this with { Records = Records + 1 };
        var estimate = Today(record);
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

    /// <summary>For one record.</summary>
    private static readonly TimeSpan MaxSimulation = TimeSpan.FromSeconds(60);

    private static MemoryEstimate Today(RunRecord record)
    {
        var model = record.Model.ToSpec();
        var target = RecordedTarget.Of(record.Device, record.Host, record.Cuda);
        try
        {
            return SimulatedEstimator.Estimate(model, record.Workload.ToWorkload(model), target, SimulationWatch.OfRecords(MaxSimulation));
        }
        catch (OverflowException e)
        {
            throw new InputException($"point {record.PointId} needs more bytes than 64 bits count; must be a point that was measured", e);
        }
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
