using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Data;

namespace LlmMemProfiler.Reports.Accuracy;

/// <summary>A part of which a prediction says another size than the measurement, in bytes; null where one does not know it.</summary>
internal sealed record PartDifference(Part Part, ByteSize? Predicted, ByteSize? Measured)
{
    public long Bytes => (Predicted?.Bytes ?? 0) - (Measured?.Bytes ?? 0);
}

/// <summary>A prediction far off, and the parts that make it so, the largest difference first.</summary>
internal sealed record WorstPoint(Prediction<ReportPoint> Prediction, IReadOnlyList<PartDifference> Parts)
{
    private const int Points = 10, PartsOfEach = 3;

    /// <summary>The largest errors of the finest estimate, at most ten points.</summary>
    public static IReadOnlyList<WorstPoint> Find(Quantity quantity, IReadOnlyList<ReportPoint> points) =>
        [.. quantity.Compare(points)
            .Where(c => c.Estimate == c.Point.Finest && c.Difference != 0)
            .OrderByDescending(c => Math.Abs(c.Percent))
            .Take(Points)
            .Select(c => new WorstPoint(c, quantity == Quantity.Device
                ? Differences(c.Estimate.Parts, c.Point.Measured.Parts)
                : Differences(c.Estimate.Tensors(), c.Point.Measured.TensorParts)))];

    private static IReadOnlyList<PartDifference> Differences(MemoryAccount predicted, MemoryAccount measured) =>
        [.. Core.Accounts.Parts.All
            .Select(part => new PartDifference(part, predicted[part], measured[part]))
            .Where(d => d.Bytes != 0)
            .OrderByDescending(d => Math.Abs((double)d.Bytes))
            .Take(PartsOfEach)];
}
