using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmMemProfiler.Core.Points;

/// <summary>Identity of a point: model × workload × device × allocator settings.</summary>
/// <param name="Model">The model.</param>
/// <param name="Workload">The workload.</param>
/// <param name="Device">What it is measured on.</param>
/// <param name="Allocator">Allocator settings from the environment; empty for the default.</param>
public sealed record PointKey(ModelFacts Model, WorkloadFacts Workload, DeviceKind Device, string Allocator)
{
    /// <summary>Sixteen hexadecimal digits of the key's canonical form.</summary>
    [JsonIgnore]
    public string Id =>
        Convert.ToHexStringLower(Sha256.Of(JsonSerializer.SerializeToUtf8Bytes(this, PointJson.Default.PointKey)))[..16];
}

/// <summary>Canonical form of a point, from which its id is computed: it must never change.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PointKey))]
internal sealed partial class PointJson : JsonSerializerContext;
