using System.Globalization;
using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation.Comparison;

/// <summary>Result of comparing a predicted stream of allocations with the measured one.</summary>
/// <param name="Operations">Operations, and gaps between them, in which either side allocates or frees.</param>
/// <param name="PredictedEvents">Allocations and frees predicted.</param>
/// <param name="MeasuredEvents">Allocations and frees measured, without those of an unwinding.</param>
/// <param name="EqualEvents">Measured events in operations that match: same sizes in the same order, kernel scratch included.</param>
/// <param name="TensorDifferences">Operations that differ in the size, order or lifetime of blocks that outlive them.</param>
/// <param name="Differences">Operations that differ at all.</param>
/// <param name="First">The first distinct differences.</param>
public sealed record TraceFacts(
    long Operations,
    long PredictedEvents,
    long MeasuredEvents,
    long EqualEvents,
    long TensorDifferences,
    long Differences,
    IReadOnlyList<TraceDifference> First)
{
    /// <summary>What a run that ended early gave back on its way out, which nobody predicts; null if it did not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TraceUnwinding? Unwinding { get; init; }
}

/// <summary>Frees on the way out of a run that ended early.</summary>
/// <param name="Frees">How many.</param>
/// <param name="Size">The bytes that they freed.</param>
public sealed record TraceUnwinding(long Frees, [property: JsonPropertyName("freed_bytes")] ByteSize Size);

/// <summary>An operation in which prediction and measurement differ.</summary>
/// <param name="Where">Phase, step, layer, operation and owner of the first occurrence.</param>
/// <param name="ExpectedBytes">Predicted events in bytes; frees are negative.</param>
/// <param name="SeenBytes">Measured events, likewise.</param>
/// <param name="InTensors">True if blocks that outlive the operation differ, false if only scratch does.</param>
/// <param name="Count">Operations of this kind with the same difference.</param>
public sealed record TraceDifference(
    string Where, IReadOnlyList<long> ExpectedBytes, IReadOnlyList<long> SeenBytes, bool InTensors, long Count)
{
    /// <summary>For example 'decode step 1, layer 0, Linear (activations): expected +3,072 B, measured +3,072 +133,248 −133,248 B, and 11 more like it'.</summary>
    public override string ToString()
    {
        // Same sizes, yet different: the wrong block was freed.
        var isSame = ExpectedBytes.SequenceEqual(SeenBytes);
        return $"{Where}: expected {List(ExpectedBytes)}, measured {(isSame ? "the same sizes, but another block was freed" : List(SeenBytes))}" +
            (Count > 1 ? string.Create(CultureInfo.InvariantCulture, $", and {Count - 1:N0} more like it") : "");
    }

    private static string List(IReadOnlyList<long> sizes) =>
        sizes.Count == 0 ? "nothing" : string.Join(' ', sizes.Select(s => s.ToString("+#,0;−#,0", CultureInfo.InvariantCulture))) + " B";
}
