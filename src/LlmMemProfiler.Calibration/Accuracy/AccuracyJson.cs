using System.Text.Json.Serialization;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>Validation and claims as JSON, in the same style as records.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(EvidenceClaims))]
[JsonSerializable(typeof(ValidationRecord))]
public sealed partial class AccuracyJson : JsonSerializerContext;
