using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Gpus;

/// <summary>The table of GPUs as JSON; a name that is none of its fields is an error.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(GpuFile))]
[JsonSerializable(typeof(GpuRows))]
[JsonSerializable(typeof(GpuRow))]
[JsonSerializable(typeof(SliceRow))]
public sealed partial class GpuTableJson : JsonSerializerContext;

/// <summary><c>profiles/gpus.json</c>.</summary>
/// <param name="Source">How to read it.</param>
/// <param name="Capabilities">What follows from a capability.</param>
/// <param name="Gpus">The cards.</param>
/// <param name="Slices">MIG slices of them.</param>
public sealed record GpuFile(string Source, IReadOnlyList<CapabilityRow> Capabilities, IReadOnlyList<GpuRow> Gpus, IReadOnlyList<SliceRow> Slices);

/// <summary>What a multiprocessor of one capability has.</summary>
public sealed record CapabilityRow(
    string Capability,
    int ThreadsPerMultiprocessor,
    int RegistersPerMultiprocessor,
    [property: JsonPropertyName("shared_per_multiprocessor_bytes")] ByteSize SharedPerMultiprocessor,
    [property: JsonPropertyName("shared_per_block_bytes")] ByteSize SharedPerBlock,
    string Source);

/// <summary>Rows for the table, of the cards and slices of one machine.</summary>
public sealed record GpuRows(IReadOnlyList<GpuRow> Gpus, IReadOnlyList<SliceRow> Slices);
