using LlmMemProfiler.VirtualGpu.Hardware;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>
/// Errors of CUDA's runtime and driver, which share their numbers, and of NVML.
/// </summary>
/// <remarks>CUDA 12.8, driver_types.h, <c>cudaError</c>, and cuda.h, <c>CUresult</c>.</remarks>
internal static unsafe class CudaError
{
    public const int InvalidValue = 1;
    public const int MemoryAllocation = 2;
    public const int InvalidConfiguration = 9;
    public const int InvalidDevice = 101;
    public const int InvalidContext = 201;
    public const int InvalidHandle = 400;
    public const int NotSupported = 801;
    public const int CaptureUnsupported = 900;

    public static int Of(Outcome outcome) => outcome switch
    {
        Outcome.Ok => 0,
        Outcome.OutOfMemory => MemoryAllocation,
        Outcome.NotSupported => NotSupported,
        _ => InvalidValue,
    };

    /// <summary>As the runtime's <c>cudaGetErrorString</c> has it; null if it is none of those that a virtual GPU or a fault gives.</summary>
    public static byte* TextOf(int error) => error switch
    {
        0 => NativeText.Of("no error"u8),
        InvalidValue => NativeText.Of("invalid argument"u8),
        MemoryAllocation => NativeText.Of("out of memory"u8),
        3 => NativeText.Of("initialization error"u8),
        InvalidConfiguration => NativeText.Of("invalid configuration argument"u8),
        35 => NativeText.Of("CUDA driver version is insufficient for CUDA runtime version"u8),
        46 => NativeText.Of("all CUDA-capable devices are busy or unavailable"u8),
        100 => NativeText.Of("no CUDA-capable device is detected"u8),
        InvalidDevice => NativeText.Of("invalid device ordinal"u8),
        InvalidContext => NativeText.Of("invalid device context"u8),
        209 => NativeText.Of("no kernel image is available for execution on the device"u8),
        214 => NativeText.Of("uncorrectable ECC error encountered"u8),
        InvalidHandle => NativeText.Of("invalid resource handle"u8),
        700 => NativeText.Of("an illegal memory access was encountered"u8),
        719 => NativeText.Of("unspecified launch failure"u8),
        NotSupported => NativeText.Of("operation not supported"u8),
        802 => NativeText.Of("system not yet initialized"u8),
        CaptureUnsupported => NativeText.Of("operation not permitted when stream is capturing"u8),
        999 => NativeText.Of("unknown error"u8),
        _ => null,
    };

    /// <summary>The name in the runtime's header; null if unknown.</summary>
    public static byte* NameOf(int error) => error switch
    {
        0 => NativeText.Of("cudaSuccess"u8),
        InvalidValue => NativeText.Of("cudaErrorInvalidValue"u8),
        MemoryAllocation => NativeText.Of("cudaErrorMemoryAllocation"u8),
        3 => NativeText.Of("cudaErrorInitializationError"u8),
        InvalidConfiguration => NativeText.Of("cudaErrorInvalidConfiguration"u8),
        35 => NativeText.Of("cudaErrorInsufficientDriver"u8),
        46 => NativeText.Of("cudaErrorDevicesUnavailable"u8),
        100 => NativeText.Of("cudaErrorNoDevice"u8),
        InvalidDevice => NativeText.Of("cudaErrorInvalidDevice"u8),
        InvalidContext => NativeText.Of("cudaErrorDeviceUninitialized"u8),
        209 => NativeText.Of("cudaErrorNoKernelImageForDevice"u8),
        214 => NativeText.Of("cudaErrorECCUncorrectable"u8),
        InvalidHandle => NativeText.Of("cudaErrorInvalidResourceHandle"u8),
        700 => NativeText.Of("cudaErrorIllegalAddress"u8),
        719 => NativeText.Of("cudaErrorLaunchFailure"u8),
        NotSupported => NativeText.Of("cudaErrorNotSupported"u8),
        802 => NativeText.Of("cudaErrorSystemNotReady"u8),
        CaptureUnsupported => NativeText.Of("cudaErrorStreamCaptureUnsupported"u8),
        999 => NativeText.Of("cudaErrorUnknown"u8),
        _ => null,
    };
}
