using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>
/// Workspaces of cuBLAS and cuBLASLt: one each per handle and stream, allocated through the caching allocator by the first
/// matmul that gets the handle, in any data type, and kept until the process ends.
/// </summary>
/// <remarks>
/// ATen, <c>cuda/CublasHandlePool.cpp</c>: <c>parseChosenWorkspaceSize</c>, <c>parseCUDABlasLtWorkspaceSize</c>,
/// <c>getCUDABlasLtWorkspaceSize</c>, <c>getCUDABlasLtWorkspace</c>, <c>setWorkspaceForHandle</c>, as of 2.10 to
/// 2.11. Only capability 9.0 gets 32 MiB there; Blackwell comes later (pull request 175344 of February 2026; 2.12 by its
/// date). By default the unified workspace only caps cuBLASLt's size by cuBLAS's; the block itself is
/// shared only if the variable is 1, until pull request 175879 (March 2026). Not verified on a GPU.
/// </remarks>
public sealed partial class BlasWorkspaces
{
    private const long KiB = 1024;

    public BlasWorkspaces(ComputeCapability capability, CudaEnvironment environment)
    {
        var usual = capability == new ComputeCapability(9, 0) ? 32 * KiB * KiB : (2 * 4096 * KiB) + (8 * 16 * KiB);
        Cublas = Configured(environment.CublasWorkspace) ?? usual;
        var own = LtKiB(environment.CublasLtWorkspace) * KiB;
        var size = environment.UnifiedWorkspace == "0" ? own : Math.Min(own, Cublas);
        CublasLt = environment.UnifiedWorkspace == "1" ? 0 : size;
    }

    /// <summary>cuBLAS workspace in bytes; 0 if disabled.</summary>
    public long Cublas { get; }

    /// <summary>cuBLASLt workspace in bytes; 0 if it shares cuBLAS's.</summary>
    public long CublasLt { get; }

    /// <summary>Every matmul gets a handle, and with it cuBLAS's workspace.</summary>
    internal KernelScript KeepCublas(KernelScript script) => Keep(script, "cublas", Cublas);

    /// <summary>cuBLASLt uses cuBLAS's handle, so cuBLAS's workspace comes first.</summary>
    internal KernelScript KeepBoth(KernelScript script) => Keep(KeepCublas(script), "cublaslt", CublasLt);

    private static KernelScript Keep(KernelScript script, string name, long size) => size > 0 ? script.Keep(name, size) : script;

    /// <summary>The sum of its pairs; null if there are none, which means the default.</summary>
    private static long? Configured(string? config)
    {
        if (config is null || Pair().Matches(config) is not { Count: > 0 } pairs)
            return null;
        var sum = 0L;
        foreach (Match pair in pairs)
            sum += Number(pair.Groups[1].Value, config) * KiB * Number(pair.Groups[2].Value, config);
        return sum;
    }

    private static long Number(string digits, string config) =>
        digits.Length <= 8
            ? long.Parse(digits, CultureInfo.InvariantCulture)
            : throw new InputException(
                $"CUBLAS_WORKSPACE_CONFIG is '{config}'; expected pairs ':KiB:count' of at most 8 digits, such as ':4096:8'");

    /// <summary>1 MiB unless set to a valid number.</summary>
    private static long LtKiB(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var kib) ? kib : 1024;

    [GeneratedRegex(":([0-9]+):([0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Pair();
}
