using System.Runtime.InteropServices;
using LlmMemProfiler.VirtualGpu.Hardware;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>CUDA's driver: memory, and the mapping of physical memory at reserved addresses.</summary>
internal static unsafe class CuMemory
{
    [UnmanagedCallersOnly(EntryPoint = "cuMemGetInfo_v2")]
    private static int Info(nuint* free, nuint* total)
    {
        if (Caller.IsNoPlace(free) || Caller.IsNoPlace(total))
            return CudaError.InvalidValue;
        *total = (nuint)Caller.Current.Total;
        *free = (nuint)Math.Max(Caller.Current.Free, 0);
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "cuMemGetAddressRange_v2")]
    private static int AddressRange(byte** begin, nuint* bytes, byte* at)
    {
        if (!Caller.Memory.Around(at, out var first, out var length))
            return CudaError.InvalidValue;
        if (!Caller.IsNoPlace(begin))
            *begin = first;
        if (!Caller.IsNoPlace(bytes))
            *bytes = (nuint)length;
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "cuMemGetAllocationGranularity")]
    private static int Granularity(nuint* bytes, int* properties, int option)
    {
        if (Caller.IsNoPlace(bytes))
            return CudaError.InvalidValue;
        *bytes = Page.Bytes;
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "cuMemAddressReserve")]
    private static int Reserve(byte** at, nuint bytes, nuint alignment, byte* wanted, ulong flags)
    {
        if (Caller.IsNoPlace(at))
            return CudaError.InvalidValue;
        // More than a page's alignment is what no caller asks for.
        if (alignment > Page.Bytes)
            return CudaError.NotSupported;
        var outcome = Caller.Memory.Reserve(bytes, out var found);
        *at = found;
        return CudaError.Of(outcome);
    }

    [UnmanagedCallersOnly(EntryPoint = "cuMemAddressFree")]
    private static int Unreserve(byte* at, nuint bytes) => CudaError.Of(Caller.Memory.Unreserve(at, bytes));

    /// <summary>cuda.h, <c>CUmemAllocationProp</c>: kind, kinds of handles, and the place, which is its kind and its device.</summary>
    [UnmanagedCallersOnly(EntryPoint = "cuMemCreate")]
    private static int Create(ulong* handle, nuint bytes, int* properties, ulong flags)
    {
        if (Caller.IsNoPlace(handle) || Caller.IsNoPlace(properties))
            return CudaError.InvalidValue;
        var device = properties[3];
        if (!Caller.Rack.Has(device))
            return CudaError.InvalidDevice;
        var outcome = Caller.Memory.Create(device, bytes, out var created);
        *handle = created;
        return CudaError.Of(outcome);
    }

    [UnmanagedCallersOnly(EntryPoint = "cuMemRelease")]
    private static int Release(ulong handle) => CudaError.Of(Caller.Memory.Release(handle));

    [UnmanagedCallersOnly(EntryPoint = "cuMemMap")]
    private static int Map(byte* at, nuint bytes, nuint offset, ulong handle, ulong flags) =>
        CudaError.Of(Caller.Memory.Map(at, bytes, offset, handle));

    [UnmanagedCallersOnly(EntryPoint = "cuMemUnmap")]
    private static int Unmap(byte* at, nuint bytes) => CudaError.Of(Caller.Memory.Unmap(at, bytes));

    /// <summary>Whatever is mapped may be used.</summary>
    [UnmanagedCallersOnly(EntryPoint = "cuMemSetAccess")]
    private static int SetAccess(byte* at, nuint bytes, void* accesses, nuint count) => CudaError.Of(Caller.Memory.Require(at, bytes));
}
