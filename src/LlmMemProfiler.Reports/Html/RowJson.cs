using System.Text.Json;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Data;
using LlmMemProfiler.Reports.Figures;

namespace LlmMemProfiler.Reports.Html;

/// <summary>
/// The rows of the page's table as JSON: columns, then one array of values per record, bytes as integers. The writer escapes
/// &lt;, &gt; and &amp;, so no text can end the enclosing element.
/// </summary>
internal static class RowJson
{
    private static readonly (string Id, string Name, string Kind, Func<ReportPoint, object?> Value)[] Facts =
    [
        ("number", "#", "count", p => (long)p.Number),
        ("model", "model", "text", p => p.Model.Name),
        ("parameters", "parameters", "count", p => p.Model.Parameters),
        ("dtype", "type", "text", p => p.Workload.Dtype.Name()),
        ("kv_dtype", "cache type", "text", p => p.Workload.CacheWords),
        ("cache", "cache", "text", p => p.Workload.Cache.Name()),
        ("attention", "attention", "text", p => p.Workload.Attention.Name()),
        ("chunk", "chunk", "count", p => (long?)p.Workload.PrefillChunk),
        ("batch", "batch", "count", p => (long)p.Workload.Batch),
        ("prompt", "prompt", "count", p => (long)p.Workload.Prompt),
        ("new_tokens", "new tokens", "count", p => (long)p.Workload.NewTokens),
        ("device", "device", "text", p => p.Device.Name),
        ("status", "status", "text", p => p.Status.Name()),
        ("tensor_peak", "tensor peak", "bytes", p => p.Measured.TensorPeak),
        ("allocated_peak", "allocated peak", "bytes", p => p.Measured.AllocatedPeak),
        ("reserved_peak", "reserved peak", "bytes", p => p.Measured.ReservedPeak),
        ("device_peak", "device total", "bytes", p => p.Measured.DevicePeak),
        ("found", "found", "text", p => p.Device.Kind.Observed()),
    ];

    public static byte[] Of(IReadOnlyList<ReportPoint> points)
    {
        var estimators = PredictedAgainstMeasured.Names(points);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartArray("columns");
            foreach (var (id, name, kind, _) in Facts)
                Column(json, id, name, kind);
            for (var i = 0; i < estimators.Count; i++)
            {
                Column(json, $"tensor_{i}", $"{estimators[i]}: tensor peak", "bytes");
                Column(json, $"reserved_{i}", $"{estimators[i]}: reserved peak", "bytes");
                Column(json, $"total_{i}", $"{estimators[i]}: total", "bytes");
            }
            for (var i = 0; i < estimators.Count; i++)
                Column(json, $"tensor_error_{i}", $"{estimators[i]}: tensor error", "error", measured: "tensor_peak", predicted: $"tensor_{i}");
            for (var i = 0; i < estimators.Count; i++)
                Column(json, $"reserved_error_{i}", $"{estimators[i]}: reserved error", "error", measured: "reserved_peak", predicted: $"reserved_{i}");
            for (var i = 0; i < estimators.Count; i++)
                Column(json, $"total_error_{i}", $"{estimators[i]}: total error", "error", measured: "device_peak", predicted: $"total_{i}");
            json.WriteEndArray();
            json.WriteStartArray("shown");
            foreach (var id in Shown(points, estimators))
                json.WriteStringValue(id);
            json.WriteEndArray();
            json.WriteStartArray("rows");
            foreach (var point in points)
                Row(json, point, estimators);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }

    /// <summary>Columns on the page, left to right: comparisons first, then details. Predicted sizes are in tooltips.</summary>
    private static IEnumerable<string> Shown(IReadOnlyList<ReportPoint> points, IReadOnlyList<string> estimators)
    {
        var isVirtual = points.Any(p => p.Device.Kind == DeviceKind.Virtual);
        var isMeasured = points.Count == 0 || points.Any(p => p.Device.Kind != DeviceKind.Virtual);
        var numbers = Enumerable.Range(0, estimators.Count).ToArray();
        // Few estimators predict what is reserved.
        var reserving = numbers.Where(i => points.Any(p => p.Device.Kind == DeviceKind.Virtual && p.By(estimators[i])?.ReservedPeak is not null));
        return
        [
            "number", .. isVirtual && isMeasured ? ["found"] : Array.Empty<string>(),
            "model", "dtype", "cache", "attention", "batch", "prompt", "new_tokens",
            "tensor_peak", .. numbers.Select(i => $"tensor_error_{i}"),
            .. isVirtual ? ["reserved_peak", .. reserving.Select(i => $"reserved_error_{i}")] : Array.Empty<string>(),
            .. isMeasured ? ["device_peak", .. numbers.Select(i => $"total_error_{i}")] : Array.Empty<string>(),
            "status", "allocated_peak", "parameters", "kv_dtype", "chunk", "device",
        ];
    }

    private static void Column(
        Utf8JsonWriter json, string id, string name, string kind, string? measured = null, string? predicted = null)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("name", name);
        json.WriteString("kind", kind);
        if (measured is not null)
        {
            json.WriteString("measured", measured);
            json.WriteString("predicted", predicted);
        }
        json.WriteEndObject();
    }

    private static void Row(Utf8JsonWriter json, ReportPoint point, IReadOnlyList<string> estimators)
    {
        json.WriteStartArray();
        foreach (var fact in Facts)
            Value(json, fact.Value(point));
        foreach (var name in estimators)
        {
            var estimate = point.By(name);
            Value(json, estimate is null ? null : Quantity.TensorPeak.Compare(point, estimate)?.Predicted);
            Value(json, estimate is null ? null : Quantity.ReservedPeak.Compare(point, estimate)?.Predicted);
            // Beside a virtual GPU's records there is no total to hold it against.
            Value(json, point.Device.Kind == DeviceKind.Virtual ? null : estimate?.Total);
        }
        json.WriteEndArray();
    }

    private static void Value(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(ForeignText.Plain(text)); break;
            case long number: json.WriteNumberValue(number); break;
            case ByteSize size: json.WriteNumberValue(size.Bytes); break;
            default: throw new ArgumentException($"{value.GetType()} cannot be a row value", nameof(value));
        }
    }
}
