using System.Globalization;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>Devices that a simulation can be for, by the names that people know.</summary>
public static class Targets
{
    /// <summary>The allocator's variables, the one that counts first (c10, <c>core/AllocatorConfig.cpp</c>, from 2.9 on).</summary>
    private static readonly string[] AllocatorVariables = ["PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF"];

    public static IReadOnlyList<string> Names { get; } = [DeviceKind.Cpu.Name(), .. GpuModels.All.Select(gpu => gpu.Name)];

    /// <summary>A device by its name; a GPU with the libtorch that TorchSharp brings.</summary>
    /// <param name="name">'cpu' or a GPU's short name.</param>
    /// <param name="threads">Threads that libtorch computes with on a CPU.</param>
    /// <param name="variable">An environment variable by its name: some change what kernels and allocator take.</param>
    /// <exception cref="InputException">There is none of that name, or a variable has a value that is not simulated.</exception>
    public static Target Find(string name, int threads, Func<string, string?> variable)
    {
        if (name == DeviceKind.Cpu.Name())
            return new(new CpuKernels(threads));
        return GpuModels.Find(name) is { } gpu
            ? Gpu(gpu, LibTorchCuda.TorchSharp, variable)
            : throw new InputException($"'{name}' is not a target; {NearNames.Hint(name, "targets", Names)}");
    }

    /// <summary>A GPU with a libtorch.</summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="libTorch">What is loaded.</param>
    /// <param name="variable">An environment variable of the process by its name.</param>
    /// <exception cref="InputException">A variable has a value that is not simulated.</exception>
    public static Target Gpu(GpuModel gpu, LibTorchCuda libTorch, Func<string, string?> variable) =>
        new(new CudaKernels(gpu, libTorch, CudaEnvironment.From(variable)), Allocator(variable));

    /// <summary>Allocator settings from the environment; empty for the default.</summary>
    public static string AllocatorConfiguration(Func<string, string?> variable) =>
        AllocatorVariables.Select(variable).FirstOrDefault(text => !string.IsNullOrEmpty(text)) ?? "";

    /// <summary>Pairs 'name:value' by commas.</summary>
    private static AllocatorSettings Allocator(Func<string, string?> variable)
    {
        var settings = new AllocatorSettings();
        foreach (var pair in AllocatorConfiguration(variable).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            settings = pair.Split(':', 2) switch
            {
                ["expandable_segments", var value] when bool.TryParse(value, out var isSet) => settings with { ExpandableSegments = isSet },
                ["max_split_size_mb", var value] when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) =>
                    settings with { MaxSplitSize = new(size * ByteSize.MiB) },
                ["backend", "native"] => settings,
                _ => throw new InputException($"{AllocatorVariables.First(name => !string.IsNullOrEmpty(variable(name)))} holds '{pair}', which is not simulated; expandable_segments:True and max_split_size_mb:N are"),
            };
        }
        return settings;
    }
}
