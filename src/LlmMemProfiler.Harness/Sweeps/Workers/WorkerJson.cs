using System.Text.Json.Serialization;

namespace LlmMemProfiler.Harness.Sweeps.Workers;

/// <summary>Messages between a sweep and its workers, in the same format as records.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(WorkerRequest))]
[JsonSerializable(typeof(WorkerMessage))]
public sealed partial class WorkerJson : JsonSerializerContext;
