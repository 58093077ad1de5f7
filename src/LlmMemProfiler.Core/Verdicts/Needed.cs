using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Verdicts;

/// <summary>How much memory something takes: the smallest in which it gets through.</summary>
/// <param name="Low">Lower bound.</param>
/// <param name="Value">The prediction; null if what the runtime takes is not known.</param>
/// <param name="High">Upper bound; null if there is none.</param>
public sealed record Needed(
    [property: JsonPropertyName("low_bytes")] ByteSize Low,
    [property: JsonPropertyName("value_bytes")] ByteSize? Value,
    [property: JsonPropertyName("high_bytes")] ByteSize? High)
{
    /// <summary>The verdict on a capacity, and how much of it is left to the size that decides; below zero where it is too little.</summary>
    public (Verdict Verdict, ByteSize Margin) In(ByteSize capacity)
    {
        if (capacity < Low)
            return (Verdict.No, capacity - Low);
        if (Value is not { } value)
            return (Verdict.Depends, capacity - Low);
        if (High is { } high && high <= capacity)
            return (Verdict.Fits, capacity - high);
        return (value <= capacity ? Verdict.Likely : Verdict.Unlikely, capacity - value);
    }
}
