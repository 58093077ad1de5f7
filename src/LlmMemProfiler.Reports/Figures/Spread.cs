using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Data;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>A few points for many.</summary>
internal static class Spread
{
    /// <summary>At most so many points, evenly spread by size rank, with distinct titles; the least and the largest among them.</summary>
    public static IReadOnlyList<ReportPoint> BySize(IEnumerable<ReportPoint> points, Func<ReportPoint, ByteSize?> size, int most)
    {
        ReportPoint[] sizes = [.. points.DistinctBy(p => p.Title).OrderBy(size).ThenBy(p => p.Number)];
        return sizes.Length <= most ? sizes : [.. Enumerable.Range(0, most).Select(i => sizes[i * (sizes.Length - 1) / (most - 1)])];
    }
}
