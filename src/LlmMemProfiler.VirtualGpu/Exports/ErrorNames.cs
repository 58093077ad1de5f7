using System.Runtime.InteropServices;
using LlmMemProfiler.VirtualGpu.SharedObjects;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>Names of the errors that a function of each interface returns.</summary>
/// <remarks>CUDA 12.8: cuda.h (<c>CUresult</c>), cublas_api.h, nvml.h; cudnn_graph.h of cuDNN 9.</remarks>
internal static unsafe class ErrorNames
{
    private static readonly Dictionary<int, string> Driver = new()
    {
        [1] = "CUDA_ERROR_INVALID_VALUE",
        [2] = "CUDA_ERROR_OUT_OF_MEMORY",
        [3] = "CUDA_ERROR_NOT_INITIALIZED",
        [4] = "CUDA_ERROR_DEINITIALIZED",
        [46] = "CUDA_ERROR_DEVICE_UNAVAILABLE",
        [100] = "CUDA_ERROR_NO_DEVICE",
        [101] = "CUDA_ERROR_INVALID_DEVICE",
        [201] = "CUDA_ERROR_INVALID_CONTEXT",
        [209] = "CUDA_ERROR_NO_BINARY_FOR_GPU",
        [214] = "CUDA_ERROR_ECC_UNCORRECTABLE",
        [400] = "CUDA_ERROR_INVALID_HANDLE",
        [700] = "CUDA_ERROR_ILLEGAL_ADDRESS",
        [719] = "CUDA_ERROR_LAUNCH_FAILED",
        [801] = "CUDA_ERROR_NOT_SUPPORTED",
        [802] = "CUDA_ERROR_SYSTEM_NOT_READY",
        [999] = "CUDA_ERROR_UNKNOWN",
    };

    private static readonly Dictionary<int, string> Cublas = new()
    {
        [1] = "CUBLAS_STATUS_NOT_INITIALIZED",
        [3] = "CUBLAS_STATUS_ALLOC_FAILED",
        [7] = "CUBLAS_STATUS_INVALID_VALUE",
        [8] = "CUBLAS_STATUS_ARCH_MISMATCH",
        [11] = "CUBLAS_STATUS_MAPPING_ERROR",
        [13] = "CUBLAS_STATUS_EXECUTION_FAILED",
        [14] = "CUBLAS_STATUS_INTERNAL_ERROR",
        [15] = "CUBLAS_STATUS_NOT_SUPPORTED",
        [16] = "CUBLAS_STATUS_LICENSE_ERROR",
    };

    private static readonly Dictionary<int, string> Nvml = new()
    {
        [1] = "NVML_ERROR_UNINITIALIZED",
        [2] = "NVML_ERROR_INVALID_ARGUMENT",
        [3] = "NVML_ERROR_NOT_SUPPORTED",
        [4] = "NVML_ERROR_NO_PERMISSION",
        [6] = "NVML_ERROR_NOT_FOUND",
        [7] = "NVML_ERROR_INSUFFICIENT_SIZE",
        [9] = "NVML_ERROR_DRIVER_NOT_LOADED",
        [12] = "NVML_ERROR_LIBRARY_NOT_FOUND",
        [15] = "NVML_ERROR_GPU_IS_LOST",
        [18] = "NVML_ERROR_LIB_RM_VERSION_MISMATCH",
        [999] = "NVML_ERROR_UNKNOWN",
    };

    private static readonly Dictionary<int, string> Cudnn = new()
    {
        [1001] = "CUDNN_STATUS_NOT_INITIALIZED",
        [2000] = "CUDNN_STATUS_BAD_PARAM",
        [3000] = "CUDNN_STATUS_NOT_SUPPORTED",
        [4000] = "CUDNN_STATUS_INTERNAL_ERROR",
        [4003] = "CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED",
        [5000] = "CUDNN_STATUS_EXECUTION_FAILED",
    };

    /// <summary>The error's name in the header of its function's interface; null if it is none of those above.</summary>
    public static string? Of(Fault fault) => Interface.Of(fault.Call) is not { } called ? null
        : called.IsRuntime ? Marshal.PtrToStringUTF8((nint)CudaError.NameOf(fault.Error))
        : called.Stem switch
        {
            "libcuda.so." => Driver.GetValueOrDefault(fault.Error),
            "libcublas.so." or "libcublasLt.so." => Cublas.GetValueOrDefault(fault.Error),
            "libnvidia-ml.so." => Nvml.GetValueOrDefault(fault.Error),
            "libcudnn.so." => Cudnn.GetValueOrDefault(fault.Error),
            _ => null,
        };
}
