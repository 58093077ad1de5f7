using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Records;

/// <summary>What a quantized cache saves, and what it costs.</summary>
/// <param name="Size">What the cache took at the end of the last step, with its scales and, on a GPU, its blocks' rounding; null if allocations were not observed.</param>
/// <param name="Scales">The scales among it, as counted.</param>
/// <param name="Computed">What it would be in the compute type, as counted.</param>
/// <param name="ScratchPeak">The most that was quantized, or taken back for attention, at once: workspace. Null if allocations were not observed.</param>
/// <param name="ScratchPeakAt">When.</param>
public sealed record QuantizedCacheFacts(
    [property: JsonPropertyName("bytes")] ByteSize? Size,
    [property: JsonPropertyName("scales_bytes")] ByteSize Scales,
    [property: JsonPropertyName("compute_type_bytes")] ByteSize Computed,
    [property: JsonPropertyName("scratch_peak_bytes")] ByteSize? ScratchPeak,
    string? ScratchPeakAt)
{
    /// <summary>What it saves; below zero if its blocks' rounding takes more.</summary>
    [JsonPropertyName("saved_bytes")]
    public ByteSize? Saved => Computed - Size;
}
