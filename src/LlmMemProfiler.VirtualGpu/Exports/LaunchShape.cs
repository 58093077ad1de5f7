using System.Runtime.InteropServices;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>vector_types.h, <c>dim3</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LaunchShape
{
    public uint X;
    public uint Y;
    public uint Z;
}
