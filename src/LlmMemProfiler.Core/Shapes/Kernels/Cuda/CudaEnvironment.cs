namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>Environment variables that affect the memory of CUDA kernels; null if not set.</summary>
/// <param name="CublasWorkspace">CUBLAS_WORKSPACE_CONFIG, pairs ':KiB:count'.</param>
/// <param name="CublasLtWorkspace">CUBLASLT_WORKSPACE_SIZE, in KiB.</param>
/// <param name="UnifiedWorkspace">TORCH_CUBLASLT_UNIFIED_WORKSPACE, '0' or '1'.</param>
/// <param name="AddmmWithoutLt">DISABLE_ADDMM_CUDA_LT, '1'.</param>
/// <param name="LtPreferred">TORCH_BLAS_PREFER_CUBLASLT, '1': all products go through cuBLASLt.</param>
/// <param name="CudnnPreferred">TORCH_CUDNN_SDPA_PREFERRED, '0' or '1'; read up to libtorch 2.9.</param>
/// <param name="CudnnDeprioritized">TORCH_CUDNN_SDPA_DEPRIORITIZED, '0' or '1'; read from libtorch 2.10 on.</param>
public sealed record CudaEnvironment(
    string? CublasWorkspace = null,
    string? CublasLtWorkspace = null,
    string? UnifiedWorkspace = null,
    string? AddmmWithoutLt = null,
    string? LtPreferred = null,
    string? CudnnPreferred = null,
    string? CudnnDeprioritized = null)
{
    private static readonly Version Deprioritizing = new(2, 10);

    /// <summary>True unless the variable that this release reads disables cuDNN's precedence in attention.</summary>
    /// <remarks>libtorch_cuda 2.10.0 holds only the second one's name.</remarks>
    public bool PrefersCudnn(Version release) => release < Deprioritizing ? CudnnPreferred != "0" : CudnnDeprioritized != "1";

    /// <param name="variable">Looks up a variable by name; null if not set.</param>
    public static CudaEnvironment From(Func<string, string?> variable) => new(
        variable("CUBLAS_WORKSPACE_CONFIG"),
        variable("CUBLASLT_WORKSPACE_SIZE"),
        variable("TORCH_CUBLASLT_UNIFIED_WORKSPACE"),
        variable("DISABLE_ADDMM_CUDA_LT"),
        variable("TORCH_BLAS_PREFER_CUBLASLT"),
        variable("TORCH_CUDNN_SDPA_PREFERRED"),
        variable("TORCH_CUDNN_SDPA_DEPRIORITIZED"));
}
