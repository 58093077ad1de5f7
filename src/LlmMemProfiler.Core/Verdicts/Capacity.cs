using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Verdicts;

/// <summary>The memory that something is to fit into.</summary>
/// <param name="Name">What has it: a target's name.</param>
/// <param name="Total">How much it is; null if nobody has told.</param>
/// <param name="Source">Who says so; null if nobody has.</param>
public sealed record Capacity(string Name, [property: JsonPropertyName("total_bytes")] ByteSize? Total, string? Source)
{
    /// <summary>The source in a few words, for a line.</summary>
    [JsonIgnore]
    public string? Place { get => field ?? Source; private init; }

    /// <summary>What drivers showed of a GPU, by the rule of <see cref="GpuCapacity.Lowest"/>.</summary>
    public static Capacity Of(GpuModel gpu) => new(gpu.Name, gpu.Total, gpu.Capacity.Lowest?.Source) { Place = gpu.Capacity.Lowest?.On };
}
