using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>GPU properties that determine kernel memory, and total memory.</summary>
/// <param name="Name">Short name, such as 'h100'.</param>
/// <param name="Capability">Compute capability.</param>
/// <param name="Multiprocessors">Enabled multiprocessors.</param>
/// <param name="Total">Total memory by the driver, less than nominal; null if unknown.</param>
public sealed record GpuModel(string Name, ComputeCapability Capability, int Multiprocessors, ByteSize? Total);
