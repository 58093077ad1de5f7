using System.Text.Json.Serialization;

namespace LlmMemProfiler.Core.Records;

/// <summary>
/// Records as JSON: snake_case, bytes as integers, null for unknown. What is read must have every field that every version wrote, once.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(EstimateRecord))]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(DoctorRecord))]
[JsonSerializable(typeof(HookCostRecord))]
[JsonSerializable(typeof(KernelScratchFile))]
[JsonSerializable(typeof(ReportRecord))]
[JsonSerializable(typeof(ReplayRecord))]
[JsonSerializable(typeof(TargetsRecord))]
[JsonSerializable(typeof(ModelRecord))]
[JsonSerializable(typeof(CheckpointRecord))]
public sealed partial class RecordJson : JsonSerializerContext;
