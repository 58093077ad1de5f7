using System.Runtime.InteropServices;
using static LlmMemProfiler.VirtualGpu.Exports.CudartErrors;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>CUDA's runtime: memory of devices.</summary>
internal static unsafe class CudartMemory
{
    [UnmanagedCallersOnly(EntryPoint = "cudaMalloc")]
    private static int Allocate(void** at, nuint bytes) => AllocateHere(at, bytes);

    /// <summary>In the order of a stream, which no kernel is behind in.</summary>
    [UnmanagedCallersOnly(EntryPoint = "cudaMallocAsync")]
    private static int AllocateAsync(void** at, nuint bytes, void* stream) =>
        Caller.IsStream(stream) ? AllocateHere(at, bytes) : Failed(CudaError.InvalidHandle);

    [UnmanagedCallersOnly(EntryPoint = "cudaFree")]
    private static int Free(byte* at)
    {
        Caller.Current.Levels.HasContext = true;
        return at is null ? 0 : Ended(Caller.Memory.Free(at));
    }

    [UnmanagedCallersOnly(EntryPoint = "cudaFreeAsync")]
    private static int FreeAsync(byte* at, void* stream) =>
        Caller.IsStream(stream) ? Ended(Caller.Memory.Free(at)) : Failed(CudaError.InvalidHandle);

    [UnmanagedCallersOnly(EntryPoint = "cudaMemGetInfo")]
    private static int Info(nuint* free, nuint* total)
    {
        if (Caller.IsNoPlace(free) || Caller.IsNoPlace(total))
            return Failed(CudaError.InvalidValue);
        var device = Caller.Current;
        device.Levels.HasContext = true;
        *total = (nuint)device.Total;
        *free = (nuint)Math.Max(device.Free, 0);
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "cudaMemcpy")]
    private static int Copy(byte* to, byte* from, nuint bytes, int kind) => Ended(Caller.Memory.Transfers.Copy(from, to, bytes));

    [UnmanagedCallersOnly(EntryPoint = "cudaMemcpyAsync")]
    private static int CopyAsync(byte* to, byte* from, nuint bytes, int kind, void* stream) =>
        Caller.IsStream(stream) ? Ended(Caller.Memory.Transfers.Copy(from, to, bytes)) : Failed(CudaError.InvalidHandle);

    [UnmanagedCallersOnly(EntryPoint = "cudaMemcpyPeerAsync")]
    private static int CopyPeer(byte* to, int toDevice, byte* from, int fromDevice, nuint bytes, void* stream) =>
        !Caller.Rack.Has(toDevice) || !Caller.Rack.Has(fromDevice) ? Failed(CudaError.InvalidDevice)
        : Caller.IsStream(stream) ? Ended(Caller.Memory.Transfers.Copy(from, to, bytes))
        : Failed(CudaError.InvalidHandle);

    [UnmanagedCallersOnly(EntryPoint = "cudaMemset")]
    private static int Fill(byte* at, int value, nuint bytes) => Ended(Caller.Memory.Transfers.Fill(at, unchecked((byte)value), bytes));

    [UnmanagedCallersOnly(EntryPoint = "cudaMemsetAsync")]
    private static int FillAsync(byte* at, int value, nuint bytes, void* stream) =>
        Caller.IsStream(stream) ? Ended(Caller.Memory.Transfers.Fill(at, unchecked((byte)value), bytes)) : Failed(CudaError.InvalidHandle);

    /// <summary>driver_types.h, <c>cudaPointerAttributes</c> of CUDA 12: type (0 unregistered, 1 host, 2 device), device, and both pointers.</summary>
    [UnmanagedCallersOnly(EntryPoint = "cudaPointerGetAttributes")]
    private static int PointerAttributes(int* attributes, byte* at)
    {
        if (Caller.IsNoPlace(attributes))
            return Failed(CudaError.InvalidValue);
        var device = Caller.Memory.DeviceOf(at);
        var pointers = (void**)(attributes + 2);
        var isHost = device < 0 && Caller.Rack.Host.Contains(at);
        attributes[0] = device >= 0 ? 2 : isHost ? 1 : 0;
        attributes[1] = device >= 0 ? device : isHost ? Caller.Device : -2;
        pointers[0] = device >= 0 || isHost ? at : null;
        pointers[1] = device >= 0 ? null : at;
        return 0;
    }

    private static int AllocateHere(void** at, nuint bytes)
    {
        if (Caller.IsNoPlace(at))
            return Failed(CudaError.InvalidValue);
        var outcome = Caller.Memory.Allocate(Caller.Device, bytes, out var found);
        *at = found;
        return Ended(outcome);
    }
}
