using LlmMemProfiler.VirtualGpu.Hardware;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>A device's attributes by number, which the runtime and the driver share.</summary>
/// <remarks>CUDA 12.8, driver_types.h, <c>cudaDeviceAttr</c>, and cuda.h, <c>CUdevice_attribute</c>.</remarks>
internal static class DeviceAttributes
{
    /// <summary>The value of an attribute; null if the number is none that is known.</summary>
    public static int? Of(VirtualDevice device, int attribute)
    {
        var gpu = device.Gpu;
        return attribute switch
        {
            1 or 2 or 3 => DeviceLimits.BlockThreads,
            4 => DeviceLimits.BlockDepth,
            5 or 11 => DeviceLimits.GridWidth,
            6 or 7 => DeviceLimits.GridHeight,
            8 => DeviceLimits.BlockShared,
            9 => DeviceLimits.Constant,
            10 => DeviceLimits.WarpSize,
            12 => DeviceLimits.BlockRegisters,
            13 or 36 => DeviceLimits.Clock,
            14 => DeviceLimits.TextureAlignment,
            16 => gpu.Multiprocessors,
            33 => DeviceLimits.Bus(device),
            37 => DeviceLimits.BusWidth,
            38 or 108 => DeviceLimits.L2(gpu),
            39 => gpu.Limits.Threads,
            40 => DeviceLimits.CopyEngines,
            75 => gpu.Capability.Major,
            76 => gpu.Capability.Minor,
            81 => (int)gpu.Limits.Shared.Bytes,
            82 => gpu.Limits.Registers,
            87 => 2,
            97 => (int)gpu.Limits.SharedPerBlock.Bytes,
            106 => DeviceLimits.ResidentBlocks(gpu.Capability),
            111 => DeviceLimits.SystemShared(gpu.Capability),
            // Concurrent copies and kernels, host memory, one address space, stream priorities, caches, managed memory, preemption,
            // cooperative launches, virtual addresses, handles as file descriptors, pools, access to the host's pages no.
            15 or 19 or 31 or 41 or 78 or 79 or 80 or 83 or 89 or 90 or 91 or 95 or 96 or 99 or 102 or 103 or 115 => 1,
            120 => gpu.Capability.Major >= 9 ? 1 : 0,
            // No timeout of kernels, not integrated, any mode of computing, no error correction, no other bus, no TCC, no second GPU on the
            // board, no remote memory, nothing imported.
            17 or 18 or 20 or 32 or 34 or 35 or 50 or 84 or 85 or 86 or 88 or 92 or 93 or 94 or 98 or 100 or 101 or 104 or 105 or 107
                or 109 or 110 or 112 or 113 or 114 or 116 or 117 or 118 or 119 or (>= 121 and <= 147) => 0,
            _ => null,
        };
    }
}
