using System.Runtime.InteropServices;
using LlmMemProfiler.VirtualGpu.Hardware;
using static LlmMemProfiler.VirtualGpu.Exports.CudartErrors;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>CUDA's runtime: capture of a stream's work into a graph, of which only its existence is kept.</summary>
internal static unsafe class CudartGraphs
{
    private static long captures;

    [UnmanagedCallersOnly(EntryPoint = "cudaStreamBeginCapture")]
    private static int Begin(void* stream, int mode)
    {
        var found = Caller.Objects.Find(stream, ObjectKind.Stream);
        if (found is null || found->Value != 0)
            return Failed(CudaError.CaptureUnsupported);
        found->Value = Interlocked.Increment(ref captures);
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "cudaStreamEndCapture")]
    private static int End(void* stream, void** graph)
    {
        var found = Caller.Objects.Find(stream, ObjectKind.Stream);
        if (found is null || found->Value == 0 || Caller.IsNoPlace(graph))
            return Failed(CudaError.InvalidValue);
        found->Value = 0;
        return Make(graph);
    }

    [UnmanagedCallersOnly(EntryPoint = "cudaStreamIsCapturing")]
    private static int IsCapturing(void* stream, int* status)
    {
        if (Caller.IsNoPlace(status))
            return Failed(CudaError.InvalidValue);
        if (!Caller.IsStream(stream))
            return Failed(CudaError.InvalidHandle);
        *status = CaptureOf(stream) != 0 ? 1 : 0;
        return 0;
    }

    /// <summary>The dependencies are none: no work is kept that others could wait for.</summary>
    [UnmanagedCallersOnly(EntryPoint = "cudaStreamGetCaptureInfo_v2")]
    private static int CaptureInfo(void* stream, int* status, ulong* id, void** graph, void** dependencies, nuint* count)
    {
        if (Caller.IsNoPlace(status))
            return Failed(CudaError.InvalidValue);
        if (!Caller.IsStream(stream))
            return Failed(CudaError.InvalidHandle);
        var capture = CaptureOf(stream);
        *status = capture != 0 ? 1 : 0;
        if (!Caller.IsNoPlace(id))
            *id = (ulong)capture;
        if (!Caller.IsNoPlace(graph))
            *graph = null;
        if (!Caller.IsNoPlace(dependencies))
            *dependencies = null;
        if (!Caller.IsNoPlace(count))
            *count = 0;
        return 0;
    }

    [UnmanagedCallersOnly(EntryPoint = "cudaThreadExchangeStreamCaptureMode")]
    private static int ExchangeMode(int* mode) => Caller.IsNoPlace(mode) ? Failed(CudaError.InvalidValue) : 0;

    [UnmanagedCallersOnly(EntryPoint = "cudaGraphInstantiate")]
    private static int Instantiate(void** executable, void* graph, ulong flags) => Instance(executable, graph);

    [UnmanagedCallersOnly(EntryPoint = "cudaGraphInstantiateWithFlags")]
    private static int InstantiateWithFlags(void** executable, void* graph, ulong flags) => Instance(executable, graph);

    [UnmanagedCallersOnly(EntryPoint = "cudaGraphLaunch")]
    private static int Launch(void* executable, void* stream) =>
        Caller.Objects.Find(executable, ObjectKind.Graph) is null || !Caller.IsStream(stream) ? Failed(CudaError.InvalidHandle) : 0;

    [UnmanagedCallersOnly(EntryPoint = "cudaGraphDestroy")]
    private static int Destroy(void* graph) => Caller.Objects.Remove(graph, ObjectKind.Graph) ? 0 : Failed(CudaError.InvalidHandle);

    [UnmanagedCallersOnly(EntryPoint = "cudaGraphExecDestroy")]
    private static int DestroyExecutable(void* executable) => Caller.Objects.Remove(executable, ObjectKind.Graph) ? 0 : Failed(CudaError.InvalidHandle);

    /// <summary>One node stands for all that was captured; it cannot be looked at.</summary>
    [UnmanagedCallersOnly(EntryPoint = "cudaGraphGetNodes")]
    private static int Nodes(void* graph, void** nodes, nuint* count)
    {
        if (Caller.Objects.Find(graph, ObjectKind.Graph) is null || Caller.IsNoPlace(count))
            return Failed(CudaError.InvalidValue);
        if (nodes is not null)
            return Failed(CudaError.NotSupported);
        *count = 1;
        return 0;
    }

    private static int Instance(void** executable, void* graph) =>
        Caller.IsNoPlace(executable) || Caller.Objects.Find(graph, ObjectKind.Graph) is null ? Failed(CudaError.InvalidValue) : Make(executable);

    private static int Make(void** place)
    {
        *place = Caller.Objects.Add(ObjectKind.Graph);
        return *place is null ? Failed(CudaError.MemoryAllocation) : 0;
    }

    private static long CaptureOf(void* stream)
    {
        var found = Caller.Objects.Find(stream, ObjectKind.Stream);
        return found is null ? 0 : found->Value;
    }
}
