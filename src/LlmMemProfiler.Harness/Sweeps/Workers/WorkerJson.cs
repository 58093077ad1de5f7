using System.Text.Json.Serialization;

namespace LlmMemProfiler.Harness.Sweeps.Workers;

/// <summary>What a sweep and its workers say to each other, in the form of records.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(WorkerRequest))]
[JsonSerializable(typeof(WorkerMessage))]
public sealed partial class WorkerJson : JsonSerializerContext;
