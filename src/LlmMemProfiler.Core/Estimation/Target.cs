using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Shapes.Kernels;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>The device to simulate.</summary>
/// <param name="Kernels">What its kernels allocate besides their results.</param>
/// <param name="Allocator">CUDA caching allocator settings; null without one, as on CPU.</param>
public sealed record Target(KernelModel Kernels, AllocatorSettings? Allocator = null);
