using System.Globalization;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>Devices that a simulation can be for, by the names that people know.</summary>
public static class Targets
{
    public const string Cpu = "cpu";

    private const string AllocatorVariable = "PYTORCH_CUDA_ALLOC_CONF";

    public static IReadOnlyList<string> Names { get; } = [Cpu, .. GpuModels.All.Select(gpu => gpu.Name)];

    /// <summary>A device by its name; a GPU with the libtorch that TorchSharp brings.</summary>
    /// <param name="name">'cpu' or a GPU's short name.</param>
    /// <param name="threads">Threads that libtorch computes with on a CPU.</param>
    /// <param name="variable">An environment variable by its name: some change what kernels and allocator take.</param>
    /// <exception cref="InputException">There is none of that name, or a variable has a value that is not simulated.</exception>
    public static Target Find(string name, int threads, Func<string, string?> variable)
    {
        if (name == Cpu)
            return new(Cpu, new CpuKernels(threads));
        if (!Names.Contains(name))
        {
            var near = NearNames.Of(name, Names);
            throw new InputException(
                $"--target is '{name}'; {(near.Count > 0 ? $"did you mean {string.Join(" or ", near)}?" : $"one of {string.Join(", ", Names)} is needed")}");
        }
        var kernels = new CudaKernels(GpuModels.Find(name), LibTorchCuda.TorchSharp, CudaEnvironment.From(variable));
        return new(name, kernels, Allocator(variable(AllocatorVariable)));
    }

    /// <summary>PYTORCH_CUDA_ALLOC_CONF, 'name:value' by commas.</summary>
    private static AllocatorSettings Allocator(string? text)
    {
        var settings = new AllocatorSettings();
        foreach (var pair in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            settings = pair.Split(':', 2) switch
            {
                ["expandable_segments", var value] when bool.TryParse(value, out var isSet) => settings with { ExpandableSegments = isSet },
                ["max_split_size_mb", var value] when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) =>
                    settings with { MaxSplitSize = new(size * ByteSize.MiB) },
                ["backend", "native"] => settings,
                _ => throw new InputException($"{AllocatorVariable} holds '{pair}', which is not simulated; expandable_segments:True and max_split_size_mb:N are"),
            };
        }
        return settings;
    }
}
