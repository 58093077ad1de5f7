using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Records;

/// <summary>Where a run's weights came from.</summary>
/// <param name="Source">Files, or the seed.</param>
/// <param name="Files">Their names; none for random weights.</param>
/// <param name="Size">Of all tensors in them; null for random weights.</param>
public sealed record WeightsFacts(WeightsSource Source, IReadOnlyList<string> Files, [property: JsonPropertyName("bytes")] ByteSize? Size)
{
    /// <param name="weights">Null for random ones.</param>
    public static WeightsFacts Of(CheckpointWeights? weights) =>
        weights is null ? new(WeightsSource.Random, [], null) : new(WeightsSource.Files, weights.Files, weights.Size);
}

/// <summary>What made a run's weights.</summary>
[JsonConverter(typeof(WordConverter<WeightsSource>))]
public enum WeightsSource
{
    Random,
    Files,
}
