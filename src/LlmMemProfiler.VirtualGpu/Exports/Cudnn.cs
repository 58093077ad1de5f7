using System.Runtime.InteropServices;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>cuDNN: its version, which libtorch compares with the one that it was built with. None of its operations is there.</summary>
internal static class Cudnn
{
    /// <summary>9.10.2, which libtorch 2.10 for CUDA 12.8 was built with.</summary>
    private const int Known = 91_002;

    [UnmanagedCallersOnly(EntryPoint = "cudnnGetVersion")]
    private static nuint Version() => Known;

    [UnmanagedCallersOnly(EntryPoint = "cudnnGetCudartVersion")]
    private static nuint RuntimeVersion() => CudartDevices.Version;
}
