using System.Runtime.InteropServices;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>What a call that is made to fail does instead.</summary>
internal static unsafe class Faults
{
    /// <summary>Returns the error, which is the runtime's last one.</summary>
    public static nint OfRuntime => (nint)(delegate* unmanaged<long, int>)&RaiseInRuntime;

    /// <summary>Returns the error.</summary>
    public static nint OfOthers => (nint)(delegate* unmanaged<long, int>)&Raise;

    [UnmanagedCallersOnly]
    private static int RaiseInRuntime(long error) => CudartErrors.Failed(unchecked((int)error));

    [UnmanagedCallersOnly]
    private static int Raise(long error) => unchecked((int)error);
}
