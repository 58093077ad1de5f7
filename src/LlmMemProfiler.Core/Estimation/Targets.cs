using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Shapes.Kernels.Cpu;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>Devices that can be simulated, by name.</summary>
public static class Targets
{
    public static IReadOnlyList<string> Names { get; } = [DeviceKind.Cpu.Name(), .. GpuModels.All.Select(gpu => gpu.Name)];

    /// <summary>A name as the tables have it: the same letters in any case.</summary>
    /// <exception cref="InputException">The name is unknown.</exception>
    public static string NameOf(string name) =>
        Names.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new InputException($"unknown target '{name}'; {NearNames.Hint(name, "targets", Names)}");

    /// <summary>A device by name.</summary>
    /// <param name="name">'cpu' or a GPU's short name, in any case.</param>
    /// <param name="threads">libtorch's compute threads on CPU.</param>
    /// <param name="variable">Looks up environment variables, some of which affect kernels and allocator.</param>
    /// <param name="libTorch">A GPU's libtorch; null for TorchSharp's.</param>
    /// <exception cref="InputException">The name is unknown, or a variable has a value that libtorch refuses.</exception>
    public static Target Find(string name, int threads, Func<string, string?> variable, LibTorchCuda? libTorch = null)
    {
        return GpuModels.Find(NameOf(name)) is { } gpu
            ? Gpu(gpu, libTorch ?? LibTorchCuda.TorchSharp, variable)
            : new(new CpuKernels(threads));
    }

    /// <summary>A GPU with a libtorch.</summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="libTorch">The libtorch loaded.</param>
    /// <param name="variable">Looks up environment variables of the process.</param>
    /// <exception cref="InputException">A variable has a value that libtorch refuses.</exception>
    public static Target Gpu(GpuModel gpu, LibTorchCuda libTorch, Func<string, string?> variable)
    {
        var (allocator, reason) = SimulatedOptions.Of(AllocatorOptions.Read(variable, libTorch.Release), libTorch.Release, gpu.Total);
        return new(new CudaKernels(gpu, libTorch, CudaEnvironment.From(variable)), allocator) { NotSimulated = reason };
    }
}
