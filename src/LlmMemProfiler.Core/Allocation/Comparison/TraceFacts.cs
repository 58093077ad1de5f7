using System.Globalization;

namespace LlmMemProfiler.Core.Allocation.Comparison;

/// <summary>What the comparison of a predicted with a measured stream of allocations found.</summary>
/// <param name="Operations">Operations, and gaps between them, in which either side takes or frees anything.</param>
/// <param name="PredictedEvents">Allocations and frees predicted.</param>
/// <param name="MeasuredEvents">Allocations and frees seen.</param>
/// <param name="EqualEvents">Events seen in operations that are equal: same sizes in the same order, kernels' scratch included.</param>
/// <param name="TensorDifferences">Operations in which blocks that outlive the operation differ, in size, order or lifetime.</param>
/// <param name="Differences">Operations that differ in anything.</param>
/// <param name="First">The first distinct differences.</param>
public sealed record TraceFacts(
    long Operations,
    long PredictedEvents,
    long MeasuredEvents,
    long EqualEvents,
    long TensorDifferences,
    long Differences,
    IReadOnlyList<TraceDifference> First);

/// <summary>One operation in which prediction and measurement differ.</summary>
/// <param name="Where">Phase, step, layer, operation and owner of the first of them.</param>
/// <param name="ExpectedBytes">Predicted events: bytes taken, or, negative, freed.</param>
/// <param name="SeenBytes">Measured events, in the same form.</param>
/// <param name="InTensors">True where blocks that outlive the operation differ, false where only scratch does.</param>
/// <param name="Count">Operations of this kind with these very differences.</param>
public sealed record TraceDifference(
    string Where, IReadOnlyList<long> ExpectedBytes, IReadOnlyList<long> SeenBytes, bool InTensors, long Count)
{
    /// <summary>For example 'decode step 1, layer 0, Linear (activations): expected +3,072 B, seen +3,072 +133,248 −133,248 B, and 11 more like it'.</summary>
    public override string ToString()
    {
        // Same sizes and yet a difference: then another block was freed than the one that should have been.
        var isSame = ExpectedBytes.SequenceEqual(SeenBytes);
        return $"{Where}: expected {List(ExpectedBytes)}, seen {(isSame ? "the same sizes, but another block was freed" : List(SeenBytes))}" +
            (Count > 1 ? string.Create(CultureInfo.InvariantCulture, $", and {Count - 1:N0} more like it") : "");
    }

    private static string List(IReadOnlyList<long> sizes) =>
        sizes.Count == 0 ? "nothing" : string.Join(' ', sizes.Select(s => s.ToString("+#,0;−#,0", CultureInfo.InvariantCulture))) + " B";
}
