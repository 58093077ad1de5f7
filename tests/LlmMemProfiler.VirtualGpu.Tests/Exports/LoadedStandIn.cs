using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.VirtualGpu.Tests.Exports;

/// <summary>Two virtual cards under this process: CUDA's libraries are found by name from then on.</summary>
internal static unsafe class LoadedStandIn
{
    public static readonly ByteSize Total = new(6 * ByteSize.GiB);

    private static readonly string[] Needed = ["libcudart.so.12", "libcublas.so.12", "libcublasLt.so.12", "libcudnn.so.9", "libnccl.so.2"];

    static LoadedStandIn() => StandIn.Load(
        GpuModels.Find("h100")!, 2, Total, ByteSize.Zero, [new("ncclAllReduce", null, null), new("cudaNobodyBuilt", "libcudart.so.12", "libcudart.so.12")], Needed);

    /// <summary>The address of a function.</summary>
    public static nint Find(string library, string function) => NativeLibrary.GetExport(NativeLibrary.Load(library), function);

    /// <summary>The address of a function in whichever library has it.</summary>
    public static nint Find(string function) => Needed.Append("libcuda.so.1").Append("libnvidia-ml.so.1")
        .Select(library => NativeLibrary.TryGetExport(NativeLibrary.Load(library), function, out var at) ? at : 0).First(at => at != 0);

    /// <summary>Calls one with up to six arguments; those that it does not take are not looked at.</summary>
    public static int Call(nint function, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0, nint f = 0) =>
        ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, int>)function)(a, b, c, d, e, f);

    public static int Cudart(string function, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0, nint f = 0) =>
        Call(Find("libcudart.so.12", function), a, b, c, d, e, f);
}
