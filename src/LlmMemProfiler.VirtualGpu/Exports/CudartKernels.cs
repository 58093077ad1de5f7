using System.Runtime.InteropServices;
using static LlmMemProfiler.VirtualGpu.Exports.CudartErrors;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>CUDA's runtime: kernels. They are registered and launched, and compute nothing.</summary>
internal static unsafe class CudartKernels
{
    /// <summary>driver_types.h, <c>cudaFuncAttributeMaxDynamicSharedMemorySize</c>.</summary>
    private const int MaxDynamicShared = 8;

    /// <summary>driver_types.h, <c>cudaFuncAttributes</c>: 144 bytes.</summary>
    private const int AttributesBytes = 144;

    /// <summary>Registers of a thread of an ordinary kernel.</summary>
    private const int Registers = 32;

    private static readonly byte* Module = (byte*)NativeMemory.AllocZeroed(64);

    [ThreadStatic]
    private static LaunchShape grid;

    [ThreadStatic]
    private static LaunchShape block;

    [ThreadStatic]
    private static nuint shared;

    [ThreadStatic]
    private static nuint queue;

    [UnmanagedCallersOnly(EntryPoint = "__cudaRegisterFatBinary")]
    private static void* RegisterModule(void* code) => Module;

    [UnmanagedCallersOnly(EntryPoint = "__cudaRegisterFatBinaryEnd")]
    private static void RegisterModuleEnd(void* module) { }

    [UnmanagedCallersOnly(EntryPoint = "__cudaUnregisterFatBinary")]
    private static void UnregisterModule(void* module) { }

    [UnmanagedCallersOnly(EntryPoint = "__cudaRegisterFunction")]
    private static void RegisterFunction() { }

    [UnmanagedCallersOnly(EntryPoint = "__cudaRegisterVar")]
    private static void RegisterVariable() { }

    /// <summary>What the launch that follows takes with <see cref="PopConfiguration"/>.</summary>
    [UnmanagedCallersOnly(EntryPoint = "__cudaPushCallConfiguration")]
    private static uint PushConfiguration(LaunchShape blocks, LaunchShape threads, nuint sharedBytes, void* stream)
    {
        (grid, block, shared, queue) = (blocks, threads, sharedBytes, (nuint)stream);
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "__cudaPopCallConfiguration")]
    private static int PopConfiguration(LaunchShape* blocks, LaunchShape* threads, nuint* sharedBytes, void** stream)
    {
        if (Caller.IsNoPlace(blocks) || Caller.IsNoPlace(threads) || Caller.IsNoPlace(sharedBytes) || Caller.IsNoPlace(stream))
            return Failed(CudaError.InvalidValue);
        (*blocks, *threads, *sharedBytes) = (grid, block, shared);
        *stream = (void*)queue;
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "cudaLaunchKernel")]
    private static int Launch(void* function, LaunchShape blocks, LaunchShape threads, void** arguments, nuint sharedBytes, void* stream)
    {
        if (!Caller.IsStream(stream))
            return Failed(CudaError.InvalidHandle);
        Caller.Current.Levels.HasContext = true;
        return IsBlock(threads) && sharedBytes <= (nuint)Caller.Current.Gpu.Limits.SharedPerBlock.Bytes
            ? 0
            : Failed(CudaError.InvalidConfiguration);
    }

    private static bool IsBlock(LaunchShape threads) =>
        threads is { X: > 0 and <= DeviceLimits.BlockThreads, Y: > 0 and <= DeviceLimits.BlockThreads, Z: > 0 and <= DeviceLimits.BlockDepth }
            && threads.X * threads.Y * threads.Z <= DeviceLimits.BlockThreads;

    [UnmanagedCallersOnly(EntryPoint = "cudaLaunchKernelExC")]
    private static int LaunchExtended(void* configuration, void* function, void** arguments)
    {
        Caller.Current.Levels.HasContext = true;
        return configuration is null || function is null ? Failed(CudaError.InvalidValue) : 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "cudaFuncGetAttributes")]
    private static int Attributes(byte* attributes, void* function)
    {
        if (Caller.IsNoPlace(attributes))
            return Failed(CudaError.InvalidValue);
        new Span<byte>(attributes, AttributesBytes).Clear();
        var words = (int*)attributes;
        var capability = Caller.Current.Gpu.Capability;
        // maxThreadsPerBlock, numRegs, ptxVersion, binaryVersion, cacheModeCA, maxDynamicSharedSizeBytes
        words[6] = DeviceLimits.BlockThreads;
        words[7] = Registers;
        words[8] = words[9] = (capability.Major * 10) + capability.Minor;
        words[11] = DeviceLimits.BlockShared;
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "cudaFuncSetAttribute")]
    private static int SetAttribute(void* function, int attribute, int value) =>
        attribute == MaxDynamicShared && (value < 0 || value > Caller.Current.Gpu.Limits.SharedPerBlock.Bytes) ? Failed(CudaError.InvalidValue) : 0;

    [UnmanagedCallersOnly(EntryPoint = "cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags")]
    private static int Occupancy(int* blocks, void* function, int threads, nuint sharedBytes, uint flags)
    {
        if (Caller.IsNoPlace(blocks))
            return Failed(CudaError.InvalidValue);
        *blocks = DeviceLimits.Occupancy(Caller.Current.Gpu, threads, sharedBytes);
        return 0;
    }
}
