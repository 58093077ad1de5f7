using System.Runtime.InteropServices;
using LlmMemProfiler.VirtualGpu.Hardware;
using static LlmMemProfiler.VirtualGpu.Exports.CudartErrors;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>CUDA's runtime: streams, whose work is done at once, since there is none.</summary>
internal static unsafe class CudartStreams
{
    private const int HighestPriority = -5;

    [UnmanagedCallersOnly(EntryPoint = "cudaStreamCreateWithPriority")]
    private static int Create(void** stream, uint flags, int priority)
    {
        if (Caller.IsNoPlace(stream))
            return Failed(CudaError.InvalidValue);
        var made = Caller.Objects.Add(ObjectKind.Stream);
        *stream = made;
        if (made is null)
            return Failed(CudaError.MemoryAllocation);
        made->Number = Math.Clamp(priority, HighestPriority, 0);
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "cudaStreamDestroy")]
    private static int Destroy(void* stream) => Caller.Objects.Remove(stream, ObjectKind.Stream) ? 0 : Failed(CudaError.InvalidHandle);

    [UnmanagedCallersOnly(EntryPoint = "cudaStreamQuery")]
    private static int Query(void* stream) => Valid(stream);

    [UnmanagedCallersOnly(EntryPoint = "cudaStreamSynchronize")]
    private static int Synchronize(void* stream) => Valid(stream);

    [UnmanagedCallersOnly(EntryPoint = "cudaStreamWaitEvent")]
    private static int Wait(void* stream, void* signal, uint flags) =>
        Caller.Objects.Find(signal, ObjectKind.Event) is null ? Failed(CudaError.InvalidHandle) : Valid(stream);

    [UnmanagedCallersOnly(EntryPoint = "cudaStreamAddCallback")]
    private static int AddCallback(void* stream, delegate* unmanaged<void*, int, void*, void> call, void* data, uint flags)
    {
        if (call is null)
            return Failed(CudaError.InvalidValue);
        if (!Caller.IsStream(stream))
            return Failed(CudaError.InvalidHandle);
        call(stream, 0, data);
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "cudaDeviceGetStreamPriorityRange")]
    private static int PriorityRange(int* least, int* greatest)
    {
        // Either may be left out.
        if ((least is not null && Caller.IsNoPlace(least)) || (greatest is not null && Caller.IsNoPlace(greatest)))
            return Failed(CudaError.InvalidValue);
        if (least is not null)
            *least = 0;
        if (greatest is not null)
            *greatest = HighestPriority;
        return 0;
    }

    private static int Valid(void* stream) => Caller.IsStream(stream) ? 0 : Failed(CudaError.InvalidHandle);
}
