using System.Runtime.InteropServices;
using static LlmMemProfiler.VirtualGpu.Exports.CudartErrors;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>CUDA's runtime: page-locked memory of the host.</summary>
internal static unsafe class CudartHost
{
    [UnmanagedCallersOnly(EntryPoint = "cudaHostAlloc")]
    private static int Allocate(void** at, nuint bytes, uint flags)
    {
        if (Caller.IsNoPlace(at))
            return Failed(CudaError.InvalidValue);
        var outcome = Caller.Rack.Host.Allocate(bytes, out var found);
        *at = found;
        return Ended(outcome);
    }

    [UnmanagedCallersOnly(EntryPoint = "cudaFreeHost")]
    private static int Free(void* at) => at is null ? 0 : Ended(Caller.Rack.Host.Remove(at, isOwned: true));

    [UnmanagedCallersOnly(EntryPoint = "cudaHostRegister")]
    private static int Register(void* at, nuint bytes, uint flags) => Ended(Caller.Rack.Host.Register(at, bytes));

    [UnmanagedCallersOnly(EntryPoint = "cudaHostUnregister")]
    private static int Unregister(void* at) => Ended(Caller.Rack.Host.Remove(at, isOwned: false));
}
