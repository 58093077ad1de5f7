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

    /// <summary>A device by name; a GPU with TorchSharp's libtorch.</summary>
    /// <param name="name">'cpu' or a GPU's short name, in any case.</param>
    /// <param name="threads">libtorch's compute threads on CPU.</param>
    /// <param name="variable">Looks up environment variables, some of which affect kernels and allocator.</param>
    /// <exception cref="InputException">The name is unknown, or a variable has a value that is not simulated.</exception>
    public static Target Find(string name, int threads, Func<string, string?> variable)
    {
        return GpuModels.Find(NameOf(name)) is { } gpu
            ? Gpu(gpu, LibTorchCuda.TorchSharp, variable)
            : new(new CpuKernels(threads));
    }

    /// <summary>A GPU with a libtorch.</summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="libTorch">The libtorch loaded.</param>
    /// <param name="variable">Looks up environment variables of the process.</param>
    /// <exception cref="InputException">A variable has a value that is not simulated.</exception>
    public static Target Gpu(GpuModel gpu, LibTorchCuda libTorch, Func<string, string?> variable) =>
        new(new CudaKernels(gpu, libTorch, CudaEnvironment.From(variable)), Allocator(variable));

    /// <exception cref="InputException">An option is refused by PyTorch, or is not simulated.</exception>
    private static AllocatorSettings Allocator(Func<string, string?> variable)
    {
        var settings = new AllocatorSettings();
        foreach (var (key, value) in AllocatorOptions.Read(variable))
        {
            settings = (key, value) switch
            {
                ("expandable_segments", _) => settings with { ExpandableSegments = value == "True" },
                // A negative size is a huge unsigned one: no limit.
                ("max_split_size_mb", _) when AllocatorOptions.Integer(value) is { } size =>
                    settings with { MaxSplitSize = size < 0 ? null : new(size * ByteSize.MiB) },
                ("backend", "native") => settings,
                _ => throw new InputException($"{AllocatorOptions.Find(variable).Variable} contains '{key}:{value}', which is not simulated; supported: expandable_segments:True and max_split_size_mb:N"),
            };
        }
        return settings;
    }
}
