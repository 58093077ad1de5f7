using System.Diagnostics;
using System.Runtime.InteropServices;
using LlmMemProfiler.VirtualGpu.Hardware;
using static LlmMemProfiler.VirtualGpu.Exports.CudartErrors;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>CUDA's runtime: events, with the host's times.</summary>
internal static unsafe class CudartEvents
{
    [UnmanagedCallersOnly(EntryPoint = "cudaEventCreate")]
    private static int Create(void** signal) => Make(signal);

    [UnmanagedCallersOnly(EntryPoint = "cudaEventCreateWithFlags")]
    private static int CreateWithFlags(void** signal, uint flags) => Make(signal);

    [UnmanagedCallersOnly(EntryPoint = "cudaEventDestroy")]
    private static int Destroy(void* signal) => Caller.Objects.Remove(signal, ObjectKind.Event) ? 0 : Failed(CudaError.InvalidHandle);

    [UnmanagedCallersOnly(EntryPoint = "cudaEventRecord")]
    private static int Record(void* signal, void* stream) => Mark(signal, stream);

    [UnmanagedCallersOnly(EntryPoint = "cudaEventRecordWithFlags")]
    private static int RecordWithFlags(void* signal, void* stream, uint flags) => Mark(signal, stream);

    [UnmanagedCallersOnly(EntryPoint = "cudaEventQuery")]
    private static int Query(void* signal) => Find(signal) is null ? Failed(CudaError.InvalidHandle) : 0;

    [UnmanagedCallersOnly(EntryPoint = "cudaEventSynchronize")]
    private static int Synchronize(void* signal) => Find(signal) is null ? Failed(CudaError.InvalidHandle) : 0;

    [UnmanagedCallersOnly(EntryPoint = "cudaEventElapsedTime")]
    private static int Elapsed(float* milliseconds, void* start, void* end)
    {
        var from = Find(start);
        var to = Find(end);
        if (Caller.IsNoPlace(milliseconds))
            return Failed(CudaError.InvalidValue);
        if (from is null || to is null || from->Value == 0 || to->Value == 0)
            return Failed(CudaError.InvalidHandle);
        *milliseconds = (float)((to->Value - from->Value) * 1000.0 / Stopwatch.Frequency);
        return 0;
    }

    private static int Make(void** signal)
    {
        if (Caller.IsNoPlace(signal))
            return Failed(CudaError.InvalidValue);
        *signal = Caller.Objects.Add(ObjectKind.Event);
        return *signal is null ? Failed(CudaError.MemoryAllocation) : 0;
    }

    private static int Mark(void* signal, void* stream)
    {
        var found = Find(signal);
        if (found is null || !Caller.IsStream(stream))
            return Failed(CudaError.InvalidHandle);
        found->Value = Stopwatch.GetTimestamp();
        return 0;
    }

    private static DeviceObject* Find(void* signal) => Caller.Objects.Find(signal, ObjectKind.Event);
}
