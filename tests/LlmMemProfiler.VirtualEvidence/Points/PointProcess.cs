using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device;

namespace LlmMemProfiler.VirtualEvidence.Points;

/// <summary>
/// What one process runs: some GPUs of a kind, the variables that libtorch reads once, and a point for each of the GPUs. Each point finds
/// its GPU as a fresh process does: libtorch has an allocator, handles of cuBLAS and their workspaces for each GPU of its own. What a
/// process has once, the size of cuBLAS's workspace, is the same on GPUs of one kind.
/// </summary>
/// <param name="Gpus">The GPUs.</param>
/// <param name="Context">What a context takes of each.</param>
/// <param name="Variables">Variables, as a user sets them.</param>
/// <param name="Settings">The options and variables among them, by name.</param>
/// <param name="Points">One for each GPU.</param>
internal sealed record PointProcess(
    VirtualGpus Gpus, ByteSize Context, IReadOnlyDictionary<string, string> Variables, IReadOnlyList<string> Settings, IReadOnlyList<DrawnPoint> Points)
{
    public const int Size = 10;

    /// <summary>Draws the process of a number.</summary>
    /// <param name="seed">Names the sequence of processes.</param>
    /// <param name="number">Its place in it.</param>
    public static PointProcess Draw(int seed, int number)
    {
        var draws = new Draws(unchecked((seed * 1_000_003) + number));
        // Of all capabilities equally many: some have three cards, others 38.
        var known = Targets.Gpus.Where(gpu => gpu.Total is not null).GroupBy(gpu => gpu.Capability).OrderBy(same => same.Key.ToString(), StringComparer.Ordinal).ToList();
        var gpu = draws.Of<GpuModel>([.. known[number % known.Count]]);
        var isSmall = draws.Chance(0.3);
        var total = isSmall ? new(draws.Spread(150, 6_000) * ByteSize.MiB) : gpu.Total!.Value;
        var context = draws.Chance(0.2) ? new(draws.From(1, 50) * ByteSize.MiB) : ByteSize.Zero;
        var settings = new SettingsDraw(draws, total);
        var points = Enumerable.Range(0, Size).Select(_ => DrawnPoint.Draw(draws)).ToList();
        return new(new(gpu, Size, total), context, settings.Variables, settings.Names, points);
    }
}
