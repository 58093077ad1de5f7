using System.Text.Json.Serialization;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>Profiles as JSON, in the same style as records.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(HardwareProfile))]
[JsonSerializable(typeof(HardwareKey))]
public sealed partial class ProfileJson : JsonSerializerContext;
