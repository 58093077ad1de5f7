namespace LlmMemProfiler.Core.Overheads;

/// <summary>What others measured of the memory that CUDA takes for itself: <c>profiles/overheads.tsv</c>, embedded in the program.</summary>
internal static class OverheadAtlas
{
    public static IReadOnlyList<OverheadRow> Rows { get; } = Read();

    /// <summary>A card's ranges, one a quantity; empty where nobody measured it.</summary>
    /// <param name="gpu">The card's name.</param>
    public static IReadOnlyList<OverheadRange> Of(string gpu) =>
        [.. Rows.Where(row => row.Counts && row.Gpu == gpu).GroupBy(row => row.Quantity).OrderBy(g => g.Key).Select(g => OverheadRange.Of([.. g]))];

    private static IReadOnlyList<OverheadRow> Read()
    {
        using var stream = typeof(OverheadAtlas).Assembly.GetManifestResourceStream(OverheadTable.Resource)!;
        var tsv = new byte[stream.Length];
        stream.ReadExactly(tsv);
        return OverheadTable.Read(tsv);
    }
}
