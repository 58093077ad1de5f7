using System.Text.Json.Serialization;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>Accuracies as JSON, in the form of records.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(EvidenceClaims))]
[JsonSerializable(typeof(ValidationRecord))]
public sealed partial class AccuracyJson : JsonSerializerContext;
