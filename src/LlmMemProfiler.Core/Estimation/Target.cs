using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Shapes.Kernels;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>The device that a simulation is for.</summary>
/// <param name="Kernels">What its kernels take besides their results.</param>
/// <param name="Allocator">Settings of CUDA's caching allocator; null where there is none, as on a CPU.</param>
public sealed record Target(KernelModel Kernels, AllocatorSettings? Allocator = null);
