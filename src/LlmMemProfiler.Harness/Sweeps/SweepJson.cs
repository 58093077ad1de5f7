using System.Text.Json.Serialization;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>A sweep as JSON, in the same format as records.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SweepRecord))]
public sealed partial class SweepJson : JsonSerializerContext;
