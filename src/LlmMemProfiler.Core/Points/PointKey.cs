using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmMemProfiler.Core.Points;

/// <summary>What makes a point the same point: model × workload × device × allocator setting.</summary>
/// <param name="Model">Its numbers.</param>
/// <param name="Workload">Its numbers.</param>
/// <param name="Device">What it is measured on.</param>
/// <param name="Allocator">The allocator's settings as the environment gives them; empty for the default.</param>
public sealed record PointKey(ModelFacts Model, WorkloadFacts Workload, DeviceKind Device, string Allocator)
{
    /// <summary>Sixteen hexadecimal digits of the key's canonical form.</summary>
    [JsonIgnore]
    public string Id =>
        Convert.ToHexStringLower(Sha256.Of(JsonSerializer.SerializeToUtf8Bytes(this, PointJson.Default.PointKey)))[..16];
}

/// <summary>A point's canonical form, from which its id is taken: it must never change.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PointKey))]
internal sealed partial class PointJson : JsonSerializerContext;
