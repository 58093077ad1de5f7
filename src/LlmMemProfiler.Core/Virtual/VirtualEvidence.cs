using LlmMemProfiler.Core.Gpus;

namespace LlmMemProfiler.Core.Virtual;

/// <summary>
/// What was checked on virtual GPUs by <c>scripts/virtual-evidence.sh</c>: <c>profiles/virtual/points.tsv</c>, embedded in the program.
/// </summary>
public static class VirtualEvidence
{
    /// <summary>All rows, one for each libtorch, seed and card.</summary>
    public static IReadOnlyList<CheckedPoints> Rows { get; } = Read();

    /// <summary>The rows of cards of a capability; empty where none was checked.</summary>
    public static IEnumerable<CheckedPoints> Of(ComputeCapability capability) => Rows.Where(row => row.Capability == capability);

    private static IReadOnlyList<CheckedPoints> Read()
    {
        using var stream = typeof(VirtualEvidence).Assembly.GetManifestResourceStream(CheckedPointsTable.Resource)!;
        var tsv = new byte[stream.Length];
        stream.ReadExactly(tsv);
        return CheckedPointsTable.Read(tsv);
    }
}
