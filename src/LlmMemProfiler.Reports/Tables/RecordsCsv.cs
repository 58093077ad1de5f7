using System.Globalization;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Data;
using LlmMemProfiler.Reports.Figures;

namespace LlmMemProfiler.Reports.Tables;

/// <summary>All numbers of all points, one row per record: RFC 4180, invariant culture, empty if unknown.</summary>
internal static class RecordsCsv
{
    private static readonly (string Name, Func<ReportPoint, object?> Value)[] Facts =
    [
        ("number", p => p.Number), ("point_id", p => p.PointId), ("status", p => p.Status.Name()), ("error", p => p.Error),
        ("model", p => p.Model.Name), ("parameters", p => p.Model.Parameters), ("layers", p => p.Model.Layers),
        ("d_model", p => p.Model.DModel), ("heads", p => p.Model.Heads), ("kv_heads", p => p.Model.KvHeads),
        ("head_dim", p => p.Model.HeadDim), ("d_ff", p => p.Model.DFf), ("vocabulary", p => p.Model.Vocabulary),
        ("positions", p => p.Model.Positions), ("batch", p => p.Workload.Batch), ("prompt", p => p.Workload.Prompt),
        ("new_tokens", p => p.Workload.NewTokens), ("dtype", p => p.Workload.Dtype.Name()), ("kv_dtype", p => p.Workload.CacheWords),
        ("cache", p => p.Workload.Cache.Name()), ("cache_block", p => p.Workload.CacheBlock),
        ("window_cache", p => p.Workload.WindowCache.Name()), ("attention", p => p.Workload.Attention.Name()), ("grouped_heads", p => p.Workload.GroupedHeads.Name()),
        ("prefill_chunk", p => p.Workload.PrefillChunk), ("logits", p => p.Workload.Logits.Name()), ("device_kind", p => p.Device.Kind.Name()),
        ("device_name", p => p.Device.Name), ("load_seconds", p => p.Timing.LoadSeconds), ("prefill_seconds", p => p.Timing.PrefillSeconds),
        ("decode_tokens_per_second", p => p.Timing.DecodeTokensPerSecond),
        ("busy_machine", p => p.Disturbance),
        ("tensor_peak_bytes", p => p.Measured.TensorPeak), ("allocated_peak_bytes", p => p.Measured.AllocatedPeak),
        ("reserved_peak_bytes", p => p.Measured.ReservedPeak), ("device_peak_bytes", p => p.Measured.DevicePeak),
        ("tensor_peak_at", p => p.Measured.TensorPeakAt),
        .. Parts.All.Select(part => ($"{part.Name()}_bytes", (Func<ReportPoint, object?>)(p => p.Measured.Parts[part]))),
        .. Parts.All.Take(Parts.Owners).Select(part => ($"tensor_{part.Name()}_bytes", (Func<ReportPoint, object?>)(p => p.Measured.TensorParts[part]))),
    ];

    private static readonly (string Name, Func<MemoryEstimate, object?> Value)[] Predictions =
    [
        ("tensor_peak_bytes", e => e.TensorPeak), ("allocated_peak_bytes", e => e.AllocatedPeak), ("reserved_peak_bytes", e => e.ReservedPeak),
        ("total_bytes", e => e.Total), ("low_bytes", e => e.Low), ("high_bytes", e => e.High),
        .. Parts.All.Select(part => ($"{part.Name()}_bytes", (Func<MemoryEstimate, object?>)(e => e.Parts[part]))),
    ];

    public static void Write(TextWriter file, IReadOnlyList<ReportPoint> points)
    {
        var estimators = PredictedAgainstMeasured.Names(points);
        Row(file, [.. Facts.Select(f => f.Name), .. estimators.SelectMany(e => Predictions.Select(p => $"{e}_{p.Name}"))]);
        foreach (var point in points)
        {
            Row(file, Facts.Select(f => f.Value(point)).Concat(estimators.SelectMany(name =>
            {
                var estimate = point.By(name);
                return Predictions.Select(p => estimate is null ? null : p.Value(estimate));
            })));
        }
    }

    private static void Row(TextWriter file, IEnumerable<object?> values)
    {
        file.Write(string.Join(',', values.Select(Field)));
        file.Write("\r\n");
    }

    private static string Field(object? value) => value switch
    {
        null => "",
        ByteSize size => size.Bytes.ToString(CultureInfo.InvariantCulture),
        string text => Quoted(ForeignText.Plain(text)),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"{value.GetType()} cannot be a CSV field", nameof(value)),
    };

    private static string Quoted(string text)
    {
        // A spreadsheet would evaluate what looks like a formula, in full-width signs too; the apostrophe makes it text. Tabs are escaped by now.
        var safe = text.Length > 0 && text.TrimStart() is [('=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠'), ..] ? $"'{text}" : text;
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
