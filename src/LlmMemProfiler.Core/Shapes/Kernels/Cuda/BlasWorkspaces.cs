using System.Globalization;
using System.Text.RegularExpressions;
using LlmMemProfiler.Core.Gpus;

namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>
/// Workspaces of cuBLAS and cuBLASLt: one each per handle and stream, allocated through the caching allocator by the first
/// matmul that gets the handle, in any data type, and kept until the process ends.
/// </summary>
/// <remarks>
/// ATen, <c>cuda/CublasHandlePool.cpp</c>: <c>parseChosenWorkspaceSize</c>, <c>parseCUDABlasLtWorkspaceSize</c>,
/// <c>getCUDABlasLtWorkspaceSize</c>, <c>getCUDABlasLtWorkspace</c>, <c>setWorkspaceForHandle</c>. Seen on a virtual GPU, that is, on a
/// stand-in for CUDA's runtime: the defaults of 2.8.0, 2.9.1, 2.10.0, 2.11.0, 2.12.1 and 2.14.1 on capabilities 8.0, 9.0, 10.0 and 12.0,
/// and every variable under 2.10.0. Under 2.10.0 cuBLAS's size caps cuBLASLt's only if they are unified, although the source of
/// about that time caps it by default. That 2.8 and 2.12 share unless the variable is 0 follows their documentation. On an H100 under
/// 2.11.0 the defaults were seen, 33,554,432 and 1,048,576 B (profiles/hardware/cuda-h100-80gb); the variables on no GPU.
/// </remarks>
public sealed partial class BlasWorkspaces
{
    private const long KiB = 1024;
    private static readonly Version OwnFrom = new(2, 9);
    private static readonly Version SharedFrom = new(2, 12);

    private readonly bool prefersLt;

    /// <param name="capability">The GPU's.</param>
    /// <param name="environment">The process's.</param>
    /// <param name="release">libtorch's major and minor version.</param>
    /// <exception cref="InputException">A variable asks for a workspace that cannot be.</exception>
    public BlasWorkspaces(ComputeCapability capability, CudaEnvironment environment, Version release)
    {
        var isLarge = capability == new ComputeCapability(9, 0) || (release >= SharedFrom && capability.Major is 10 or 12);
        Cublas = Configured(environment.CublasWorkspace) ?? (isLarge ? 32 * KiB * KiB : (2 * 4096 * KiB) + (8 * 16 * KiB));
        // Only '0' and '1' are read; anything else is the default.
        var isShared = environment.UnifiedWorkspace == "1"
            || (environment.UnifiedWorkspace != "0" && (release < OwnFrom || release >= SharedFrom));
        prefersLt = environment.LtPreferred == "1";
        if (prefersLt && !isShared && LtKiB(environment.CublasLtWorkspace) == 0)
        {
            throw new InputException(
                $"CUBLASLT_WORKSPACE_SIZE is '{environment.CublasLtWorkspace}'; expected more than 0 KiB: with TORCH_BLAS_PREFER_CUBLASLT=1 libtorch fails without one");
        }
        if (prefersLt && isShared && Cublas == 0)
        {
            throw new InputException(
                $"CUBLAS_WORKSPACE_CONFIG is '{environment.CublasWorkspace}'; expected more than 0 KiB, such as ':4096:8': cuBLASLt shares cuBLAS's workspace here, and with TORCH_BLAS_PREFER_CUBLASLT=1 libtorch fails without one");
        }
        CublasLt = isShared ? 0 : LtKiB(environment.CublasLtWorkspace) * KiB;
    }

    /// <summary>cuBLAS workspace in bytes; 0 if disabled.</summary>
    public long Cublas { get; }

    /// <summary>cuBLASLt workspace in bytes; 0 if it shares cuBLAS's.</summary>
    public long CublasLt { get; }

    /// <summary>Every matmul gets a handle, and with it cuBLAS's workspace; only if preferred does it go through cuBLASLt.</summary>
    internal KernelScript KeepCublas(KernelScript script) => prefersLt ? KeepBoth(script) : Keep(script, "cublas", Cublas);

    /// <summary>cuBLASLt uses cuBLAS's handle, so cuBLAS's workspace comes first.</summary>
    internal KernelScript KeepBoth(KernelScript script) => Keep(Keep(script, "cublas", Cublas), "cublaslt", CublasLt);

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

    /// <summary>1 MiB unless set to an integer, of which, as in C++'s stoi, anything may follow.</summary>
    private static long LtKiB(string? text)
    {
        if (text is null || LeadingInteger().Match(text) is not { Success: true } number
            || !int.TryParse(number.Groups[1].ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var kib))
        {
            return 1024;
        }
        return kib >= 0 ? kib : throw new InputException(
            $"CUBLASLT_WORKSPACE_SIZE is '{text}'; expected a number of KiB, such as 1024: libtorch would ask for all of the address space");
    }

    [GeneratedRegex(@"^\s*([+-]?[0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex LeadingInteger();

    [GeneratedRegex(":([0-9]+):([0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Pair();
}
