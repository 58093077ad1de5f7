using System.Globalization;
using LlmMemProfiler.Core.Gpus;

namespace LlmMemProfiler.Core.Virtual;

/// <summary>What was checked of a capability on virtual GPUs, over all its cards and seeds.</summary>
/// <param name="LibTorch">The version of libtorch; several, if over all.</param>
/// <param name="Cards">How many cards.</param>
/// <param name="Points">How many random points.</param>
/// <param name="Equal">Points that were predicted in every event and in both peaks, at the least: the three are counted apart.</param>
public sealed record CheckedSum(string LibTorch, int Cards, int Points, int Equal)
{
    /// <summary>Over some rows; null without any.</summary>
    public static CheckedSum? Of(IEnumerable<CheckedPoints> rows)
    {
        var all = rows.ToList();
        return all.Count == 0 ? null : new(
            string.Join(", ", all.Select(row => row.LibTorch).Distinct()), all.Select(row => row.Gpu).Distinct().Count(), all.Sum(row => row.Points),
            all.Sum(row => Math.Max(0, row.EqualTraces + row.EqualAllocated + row.EqualReserved - (2 * row.Points))));
    }

    /// <summary>For example 'all 160', or '159 of 160'.</summary>
    public string Count => Equal == Points
        ? string.Create(CultureInfo.InvariantCulture, $"all {Points:N0}")
        : string.Create(CultureInfo.InvariantCulture, $"{Equal:N0} of {Points:N0}");

    /// <summary>What kernel models are worth, in words: what was measured on a real GPU, and what on virtual ones.</summary>
    /// <param name="capability">The GPU's.</param>
    /// <param name="libTorch">The version that is simulated, or the first numbers of it.</param>
    /// <param name="rows">What was checked on virtual GPUs.</param>
    /// <param name="seen">What was measured on real ones.</param>
    public static string Words(ComputeCapability capability, string libTorch, IEnumerable<CheckedPoints> rows, IEnumerable<SeenGpu> seen)
    {
        var real = seen.Where(gpu => gpu.Capability == capability).ToList();
        if (real.Find(gpu => IsOf(gpu.LibTorch, libTorch)) is { } same)
            return $"kernels: measured on one {same.Name} with libtorch {same.LibTorch}, where {same.Count} points did as predicted";
        var own = rows.Where(row => row.Capability == capability).ToList();
        var never = real.Count > 0
            ? $"kernels on a real GPU: seen with libtorch {string.Join(", ", real.Select(gpu => gpu.LibTorch))} only, on one {real[0].Name}"
            : $"kernels on a real GPU of capability {capability}: never seen";
        return Of(own.Where(row => IsOf(row.LibTorch, libTorch))) is { } checkedOnes
            ? $"{never}; on virtual ones of capability {capability}, libtorch {libTorch} did as predicted in {checkedOnes.Count} random points"
            : Of(own) is { } other
            ? $"{never}, nor libtorch {libTorch} on a virtual one of capability {capability}; libtorch {other.LibTorch} did there as predicted in {other.Count} random points"
            : real.Count > 0 ? never : $"kernels of capability {capability}: they follow the source, and were seen on no GPU, real or virtual";
    }

    private static bool IsOf(string version, string wanted) => $"{version}.".StartsWith($"{wanted}.", StringComparison.Ordinal);
}
