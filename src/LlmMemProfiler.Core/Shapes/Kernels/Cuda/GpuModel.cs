using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>What kernels' memory follows from on a GPU, and how much memory it has.</summary>
/// <param name="Name">Short name, such as 'h100'.</param>
/// <param name="Capability">Compute capability.</param>
/// <param name="Multiprocessors">Enabled ones.</param>
/// <param name="Total">What the driver shows, which is less than the catalogue says; null where it was not seen.</param>
public sealed record GpuModel(string Name, ComputeCapability Capability, int Multiprocessors, ByteSize? Total);
