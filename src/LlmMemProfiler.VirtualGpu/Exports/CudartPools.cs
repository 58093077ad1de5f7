using System.Runtime.InteropServices;
using static LlmMemProfiler.VirtualGpu.Exports.CudartErrors;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>CUDA's runtime: a device's default pool, from which memory is allocated in the order of a stream; nothing is kept in it.</summary>
internal static unsafe class CudartPools
{
    [UnmanagedCallersOnly(EntryPoint = "cudaDeviceGetDefaultMemPool")]
    private static int Default(void** pool, int device)
    {
        if (Caller.IsNoPlace(pool))
            return Failed(CudaError.InvalidValue);
        if (!Caller.Rack.Has(device))
            return Failed(CudaError.InvalidDevice);
        *pool = Caller.Rack[device].Handle;
        return 0;
    }

    /// <summary>driver_types.h, <c>cudaMemPoolAttr</c>: 1 to 3 what may be used again (int), 4 what is kept, 5 to 8 reserved and used, now and at most.</summary>
    [UnmanagedCallersOnly(EntryPoint = "cudaMemPoolGetAttribute")]
    private static int Get(void* pool, int attribute, void* value)
    {
        if (Caller.DeviceOf(pool) is not { } device || Caller.IsNoPlace(value))
            return Failed(CudaError.InvalidValue);
        if (attribute is >= 1 and <= 3)
            *(int*)value = 1;
        else if (attribute is >= 4 and <= 8)
            *(ulong*)value = attribute == 4 ? 0 : (ulong)(attribute is 5 or 7 ? device.Levels.Used : device.Levels.Peak);
        else
            return Failed(CudaError.InvalidValue);
        return 0;
    }

    /// <summary>Whatever may be kept, nothing is.</summary>
    [UnmanagedCallersOnly(EntryPoint = "cudaMemPoolSetAttribute")]
    private static int Set(void* pool, int attribute, void* value) =>
        Caller.DeviceOf(pool) is null || attribute is < 1 or > 8 || Caller.IsNoPlace(value) ? Failed(CudaError.InvalidValue) : 0;

    [UnmanagedCallersOnly(EntryPoint = "cudaMemPoolSetAccess")]
    private static int SetAccess(void* pool, void* accesses, nuint count) => Caller.DeviceOf(pool) is null ? Failed(CudaError.InvalidValue) : 0;

    [UnmanagedCallersOnly(EntryPoint = "cudaMemPoolTrimTo")]
    private static int Trim(void* pool, nuint bytes) => Caller.DeviceOf(pool) is null ? Failed(CudaError.InvalidValue) : 0;
}
