using System.Globalization;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>Devices that can be simulated, by name.</summary>
public static class Targets
{
    /// <summary>The allocator's variables, in order of precedence (c10, <c>core/AllocatorConfig.cpp</c>, from 2.9 on).</summary>
    private static readonly string[] AllocatorVariables = ["PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF"];

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

    /// <summary>Allocator settings from the environment; empty for the default.</summary>
    public static string AllocatorConfiguration(Func<string, string?> variable) =>
        AllocatorVariables.Select(variable).FirstOrDefault(text => !string.IsNullOrEmpty(text)) ?? "";

    /// <summary>Comma-separated 'name:value' pairs.</summary>
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
                _ => throw new InputException($"{AllocatorVariables.First(name => !string.IsNullOrEmpty(variable(name)))} contains '{pair}', which is not simulated; supported: expandable_segments:True and max_split_size_mb:N"),
            };
        }
        return settings;
    }
}
