using System.Text.Json.Serialization;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>A sweep as JSON, in the form of records.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SweepRecord))]
public sealed partial class SweepJson : JsonSerializerContext;
