namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>The environment variables that change what CUDA's kernels take; null where they are not set.</summary>
/// <param name="CublasWorkspace">CUBLAS_WORKSPACE_CONFIG, pairs ':KiB:count'.</param>
/// <param name="CublasLtWorkspace">CUBLASLT_WORKSPACE_SIZE, in KiB.</param>
/// <param name="UnifiedWorkspace">TORCH_CUBLASLT_UNIFIED_WORKSPACE, '0' or '1'.</param>
/// <param name="AddmmWithoutLt">DISABLE_ADDMM_CUDA_LT, '1'.</param>
/// <param name="CudnnPreferred">TORCH_CUDNN_SDPA_PREFERRED, '0' or '1'; of libtorch 2.10 and before.</param>
/// <param name="CudnnDeprioritized">TORCH_CUDNN_SDPA_DEPRIORITIZED, '0' or '1'; of later ones.</param>
public sealed record CudaEnvironment(
    string? CublasWorkspace = null,
    string? CublasLtWorkspace = null,
    string? UnifiedWorkspace = null,
    string? AddmmWithoutLt = null,
    string? CudnnPreferred = null,
    string? CudnnDeprioritized = null)
{
    /// <summary>True unless one of the two switches turns cuDNN's precedence in attention off.</summary>
    public bool PrefersCudnn => CudnnPreferred != "0" && CudnnDeprioritized != "1";

    /// <param name="variable">A variable's value by its name, null where it is not set.</param>
    public static CudaEnvironment From(Func<string, string?> variable) => new(
        variable("CUBLAS_WORKSPACE_CONFIG"),
        variable("CUBLASLT_WORKSPACE_SIZE"),
        variable("TORCH_CUBLASLT_UNIFIED_WORKSPACE"),
        variable("DISABLE_ADDMM_CUDA_LT"),
        variable("TORCH_CUDNN_SDPA_PREFERRED"),
        variable("TORCH_CUDNN_SDPA_DEPRIORITIZED"));
}
