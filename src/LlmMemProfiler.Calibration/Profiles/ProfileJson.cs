using System.Text.Json.Serialization;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>Profiles as JSON, in the same style as records.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(HardwareProfile))]
[JsonSerializable(typeof(HardwareKey))]
[JsonSerializable(typeof(ProfilesRecord))]
[JsonSerializable(typeof(ProfileSchema))]
public sealed partial class ProfileJson : JsonSerializerContext;

/// <summary>The version of a profile's form, read before the rest.</summary>
public sealed record ProfileSchema(int? Schema);
