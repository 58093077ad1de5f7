using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>The device to simulate.</summary>
/// <param name="Kernels">What its kernels allocate besides their results.</param>
/// <param name="Allocator">CUDA caching allocator settings; null without one, as on CPU, or where it is not simulated.</param>
public sealed record Target(KernelModel Kernels, AllocatorSettings? Allocator = null)
{
    /// <summary>Why a GPU's allocator is not simulated; null if it is, and on a CPU.</summary>
    public string? NotSimulated { get; init; }

    public DeviceKind Kind => Kernels is CudaKernels ? DeviceKind.Cuda : DeviceKind.Cpu;
}
