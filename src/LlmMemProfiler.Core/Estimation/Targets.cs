using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Shapes.Kernels.Cpu;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>Devices that can be simulated, by name.</summary>
public static class Targets
{
    private static IReadOnlyList<string> Names => [DeviceKind.Cpu.Name(), .. Gpus.Select(gpu => gpu.Name)];

    /// <summary>The whole cards that libtorch has kernels for, ordered by name.</summary>
    public static IEnumerable<GpuModel> Gpus => GpuModels.All.Where(gpu => GpuCode.RunsOn(gpu.Capability));

    /// <summary>A name as the tables have it: the same letters in any case.</summary>
    /// <exception cref="InputException">The name is unknown, or no kernels run on that GPU.</exception>
    public static string NameOf(string name) => GpuOf(name)?.Name ?? DeviceKind.Cpu.Name();

    /// <summary>The GPU of a name: a card, a MIG slice (CARD/SLICE), or a GPU by hand (sm_120:46:12GiB); null for the CPU.</summary>
    /// <exception cref="InputException">The name is unknown, or TorchSharp's libtorch has no kernels for that GPU.</exception>
    public static GpuModel? GpuOf(string name)
    {
        if (name.Equals(DeviceKind.Cpu.Name(), StringComparison.OrdinalIgnoreCase))
            return null;
        var gpu = GpuNames.Find(name, Names);
        GpuCode.RequireFor(gpu);
        return gpu;
    }

    /// <summary>A device by name.</summary>
    /// <param name="name">'cpu' or a GPU's name, in any case.</param>
    /// <param name="threads">libtorch's compute threads on CPU.</param>
    /// <param name="variable">Looks up environment variables, some of which affect kernels and allocator.</param>
    /// <param name="libTorch">A GPU's libtorch; null for TorchSharp's.</param>
    /// <exception cref="InputException">The name is unknown, or a variable has a value that libtorch refuses.</exception>
    public static Target Find(string name, int threads, Func<string, string?> variable, LibTorchCuda? libTorch = null)
    {
        return GpuOf(name) is { } gpu
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
