using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Gpus;

/// <summary>A card in <c>profiles/gpus.json</c>.</summary>
/// <param name="Name">Short name.</param>
/// <param name="Title">The driver's name, and in parentheses what tells the card from another one of that name.</param>
/// <param name="Capability">Compute capability.</param>
/// <param name="Multiprocessors">Enabled ones.</param>
/// <param name="L2">Second-level cache; null if unknown.</param>
/// <param name="Seen">What people saw of it.</param>
public sealed record GpuRow(
    string Name,
    string Title,
    string Capability,
    int Multiprocessors,
    [property: JsonPropertyName("l2_bytes")] ByteSize? L2,
    IReadOnlyList<SeenRow> Seen)
{
    /// <summary>Names by which drivers call it; null if only by its title.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? DriverNames { get; init; }

    /// <summary>Whether it ships with ECC on; null where ECC takes no memory, or where that is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Ecc { get; init; }

    /// <summary>True if its memory is the system's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Integrated { get; init; }

    /// <summary>What is doubtful, and why.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Doubt { get; init; }

    /// <summary>This and the following: limits of a multiprocessor where they are not those of the capability.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ThreadsPerMultiprocessor { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RegistersPerMultiprocessor { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonPropertyName("shared_per_multiprocessor_bytes")]
    public ByteSize? SharedPerMultiprocessor { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonPropertyName("shared_per_block_bytes")]
    public ByteSize? SharedPerBlock { get; init; }
}

/// <summary>A MIG slice in <c>profiles/gpus.json</c>.</summary>
/// <param name="Cards">Short names of the cards that have it.</param>
/// <param name="Name">Such as '1g.10gb'.</param>
/// <param name="Multiprocessors">Its share of them.</param>
/// <param name="L2">Its share of the second-level cache; null if unknown.</param>
/// <param name="Seen">What people saw of it.</param>
public sealed record SliceRow(
    IReadOnlyList<string> Cards,
    string Name,
    int Multiprocessors,
    [property: JsonPropertyName("l2_bytes")] ByteSize? L2,
    IReadOnlyList<SeenRow> Seen)
{
    /// <summary>What is doubtful, and why.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Doubt { get; init; }
}
