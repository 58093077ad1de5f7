using System.Globalization;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Virtual;
using LlmMemProfiler.VirtualGpu;

namespace LlmMemProfiler.VirtualEvidence.Points;

/// <summary>Writes <c>profiles/virtual/points.tsv</c>: one row a card, libtorch and seed.</summary>
internal static class EvidenceTable
{
    private const string Says = """
        # Random points that the real libtorch ran on virtual GPUs, by card: how many, and of how many the trace (every event), the allocated and the
        # reserved peak were predicted exactly. Made by scripts/virtual-evidence.sh. stand_in: its version; processes: each runs ten points, each on a GPU
        # of its own, the first of them in a fresh process; settings: points by allocator option or variable that was set.
        """;

    /// <summary>Rows of other seeds and libtorches stay, those of another stand-in go.</summary>
    public static void Write(string path, int seed, IReadOnlyList<PointResult> results)
    {
        var made = results.GroupBy(r => (r.LibTorch, r.Cuda, r.Gpu)).Select(card => Row(seed, [.. card])).ToList();
        var kept = File.Exists(path)
            ? CheckedPointsTable.Read(File.ReadAllBytes(path)).Where(row => row.StandIn == StandIn.Version && !made.Exists(m => (m.LibTorch, m.Runtime, m.Seed) == (row.LibTorch, row.Runtime, row.Seed)))
            : [];
        var rows = kept.Concat(made).OrderBy(r => r.LibTorch, StringComparer.Ordinal).ThenBy(r => r.Seed).ThenBy(r => r.Gpu, StringComparer.Ordinal);
        File.WriteAllText(path, string.Join('\n', [Says, string.Join('\t', CheckedPointsTable.Columns), .. rows.Select(Line), ""]));
    }

    private static CheckedPoints Row(int seed, IReadOnlyList<PointResult> card)
    {
        var first = card[0];
        var settings = card.SelectMany(r => r.Settings.DefaultIfEmpty("defaults")).CountBy(name => name).OrderBy(s => s.Key, StringComparer.Ordinal);
        return new(
            first.StandIn, first.LibTorch, first.Cuda, seed, first.Gpu, GpuModels.Find(first.Gpu)!.Capability, card.Count, card.DistinctBy(r => r.Process).Count(),
            card.Count(r => r.IsTraceEqual), card.Count(r => r.IsAllocatedEqual), card.Count(r => r.IsReservedEqual),
            card.Count(r => r.Status == Core.Points.RunStatus.Oom), card.Sum(r => r.Events), settings.ToDictionary());
    }

    private static string Line(CheckedPoints row) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.StandIn}\t{row.LibTorch}\t{row.Runtime}\t{row.Seed}\t{row.Gpu}\t{row.Capability}\t{row.Points}\t{row.Processes}\t{row.EqualTraces}\t{row.EqualAllocated}\t" +
        $"{row.EqualReserved}\t{row.OutOfMemory}\t{row.Events}\t{string.Join(' ', row.Settings.Select(s => $"{s.Key}:{s.Value}"))}");
}
