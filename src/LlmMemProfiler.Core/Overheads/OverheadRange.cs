using System.Globalization;
using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Overheads;

/// <summary>What others saw of one quantity on one card: from the least to the most. It promises nothing about another machine.</summary>
/// <param name="Quantity">What is counted.</param>
/// <param name="Gpu">The card's name.</param>
/// <param name="Low">The least.</param>
/// <param name="Value">The median of the sources, each with its own median, so that one with many figures has no more weight.</param>
/// <param name="High">The most.</param>
/// <param name="Sources">How many.</param>
/// <param name="SourceNames">Who they are.</param>
/// <param name="Doubts">What is doubtful about them; empty if nothing.</param>
public sealed record OverheadRange(
    OverheadQuantity Quantity,
    string Gpu,
    [property: JsonPropertyName("low_bytes")] ByteSize Low,
    [property: JsonPropertyName("value_bytes")] ByteSize Value,
    [property: JsonPropertyName("high_bytes")] ByteSize High,
    int Sources,
    IReadOnlyList<string> SourceNames,
    IReadOnlyList<string> Doubts)
{
    /// <summary>From here on, in GiB with two digits, as most sources print them.</summary>
    private const long InGiB = ByteSize.GiB / 4;

    /// <summary>The range over rows of one card and one quantity, at least one of them.</summary>
    internal static OverheadRange Of(IReadOnlyList<OverheadRow> rows)
    {
        var sources = rows.GroupBy(row => row.Source).ToList();
        return new(
            rows[0].Quantity, rows[0].Gpu,
            rows.Min(row => row.Size),
            Median([.. sources.Select(source => Median([.. source.SelectMany(row => Enumerable.Repeat(row.Size, row.Rows))]))]),
            rows.Max(row => row.Size),
            sources.Count,
            [.. sources.Select(source => source.Key)],
            [.. rows.Select(row => row.Doubt).Where(doubt => doubt.Length > 0).Distinct()]);
    }

    /// <summary>For example 'context 0.41 to 0.60 GiB (4 sources, H100)'.</summary>
    public override string ToString()
    {
        var (unit, name) = High.Bytes >= InGiB ? (ByteSize.GiB, "GiB") : (ByteSize.MiB, "MiB");
        var (low, high) = (In(Low, unit), In(High, unit));
        return $"{Quantity.Name().Replace('_', ' ')} {(low == high ? high : $"{low} to {high}")} {name} ({Sources} {(Sources == 1 ? "source" : "sources")}, {Gpu.ToUpperInvariant()})";
    }

    private static string In(ByteSize size, long unit) => string.Create(CultureInfo.InvariantCulture, $"{(double)size.Bytes / unit:F2}");

    /// <summary>Of an even number, the mean of the two in the middle.</summary>
    private static ByteSize Median(List<ByteSize> sizes)
    {
        sizes.Sort();
        return new((sizes[(sizes.Count - 1) / 2] + sizes[sizes.Count / 2]).Bytes / 2);
    }
}
