using System.Runtime.InteropServices;
using LlmMemProfiler.VirtualGpu.Hardware;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>CUDA's runtime: each thread's last error.</summary>
internal static unsafe class CudartErrors
{
    [ThreadStatic]
    private static int last;

    /// <summary>A call's result, which is the thread's last error if it is one.</summary>
    public static int Ended(Outcome outcome) => outcome == Outcome.Ok ? 0 : Failed(CudaError.Of(outcome));

    public static int Failed(int error)
    {
        last = error;
        return error;
    }

    [UnmanagedCallersOnly(EntryPoint = "cudaGetLastError")]
    private static int GetLast()
    {
        var error = last;
        last = 0;
        return error;
    }

    [UnmanagedCallersOnly(EntryPoint = "cudaPeekAtLastError")]
    private static int PeekAtLast() => last;

    [UnmanagedCallersOnly(EntryPoint = "cudaGetErrorString")]
    private static byte* TextOf(int error)
    {
        var text = CudaError.TextOf(error);
        return text is null ? NativeText.Of("unrecognized error code"u8) : text;
    }

    [UnmanagedCallersOnly(EntryPoint = "cudaGetErrorName")]
    private static byte* NameOf(int error)
    {
        var name = CudaError.NameOf(error);
        return name is null ? NativeText.Of("unrecognized error code"u8) : name;
    }
}
