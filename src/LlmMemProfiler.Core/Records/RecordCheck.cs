using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Records;

/// <summary>Checks well-formed records for impossible numbers, null entries, and parts that do not add up.</summary>
internal static class RecordCheck
{
    /// <summary>The first contradiction in a record, or null.</summary>
    public static string? Contradiction(RunRecord record)
    {
        var (m, w, measured) = (record.Model, record.Workload, record.Measured);
        if (record.PointId.Length == 0 || !record.PointId.All(char.IsAsciiHexDigitLower))
            return "point_id is not a lowercase hexadecimal number";
        if (m.Parameters < 1 || m.Layers < 1 || m.DModel < 1 || w.Batch < 1 || w.Prompt < 1 || w.NewTokens < 1)
            return "a count of the model or the workload is not positive";
        if (w.Dtype == DataType.Int64 || w.KvDtype == DataType.Int64)
            return "dtype or kv_dtype is not a valid weight type";
        if (new[] { measured.TensorPeak, measured.AllocatedPeak, measured.ReservedPeak, measured.DevicePeak }.Any(size => size is { Bytes: < 0 }))
            return "a measured peak is negative";
        if (measured.DevicePeak is { } peak && measured.Parts.Known.Any() && measured.Parts.Total != peak)
            return $"the parts add up to {measured.Parts.Total.ToExactString()}, not the device peak, {peak.ToExactString()}";
        if (record.Estimates.Any(e => e is null))
            return "an estimate is null";
        if (measured.Phases.Any(p => p is null))
            return "a phase is null";
        return record.Estimates.GroupBy(e => e.Estimator).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? $"duplicate estimator '{twice.Key}'"
            : record.Estimates.Select(Contradiction).FirstOrDefault(c => c is not null);
    }

    private static string? Contradiction(MemoryEstimate estimate) =>
        estimate.Total.Bytes < 0 || estimate.TensorPeak is { Bytes: < 0 } || estimate.AllocatedPeak is { Bytes: < 0 }
            ? $"the estimate '{estimate.Estimator}' is negative"
            : null;
}
