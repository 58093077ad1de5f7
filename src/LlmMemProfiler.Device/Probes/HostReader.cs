using System.Reflection;
using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Device.LibTorch;

namespace LlmMemProfiler.Device.Probes;

/// <summary>The machine and software used for a measurement.</summary>
public static class HostReader
{
    /// <summary>Environment variables that affect allocations or the choice of kernels.</summary>
    private static readonly string[] Variables =
    [
        "ATEN_CPU_CAPABILITY", "CUBLAS_WORKSPACE_CONFIG", "CUBLASLT_WORKSPACE_SIZE", "CUDA_DEVICE_ORDER", "CUDA_MODULE_LOADING",
        "CUDA_VISIBLE_DEVICES", "DISABLE_ADDMM_CUDA_LT", "DNNL_MAX_CPU_ISA", "LD_PRELOAD", "MALLOC_ARENA_MAX", "MALLOC_CONF",
        "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "MKL_NUM_THREADS", "NVIDIA_TF32_OVERRIDE", "OMP_NUM_THREADS",
        "PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_NO_CUDA_MEMORY_CACHING", "TORCH_BLAS_PREFER_CUBLASLT",
        "TORCH_CUBLASLT_UNIFIED_WORKSPACE", "TORCH_CUDNN_SDPA_DEPRIORITIZED", "TORCH_CUDNN_SDPA_PREFERRED",
    ];

    public static HostFacts Read(LibTorchLibrary library) => new(
        Os(),
        Processor(),
        Environment.ProcessorCount,
        library.Threads,
        RuntimeInformation.FrameworkDescription,
        Program,
        LibTorchLibrary.WrapperVersion,
        $"{library.Version ?? "of unknown version"} ({library.Folder.Source})",
        Variables
            .Select(name => (name, value: Environment.GetEnvironmentVariable(name)))
            .Where(v => v.value is not null)
            .ToDictionary(v => v.name, v => v.value!))
    {
        TorchSharpBuiltFor = library.WrapperBuiltFor,
    };

    /// <summary>This program's version.</summary>
    public static string Program =>
        typeof(HostReader).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>The system's name and version.</summary>
    public static string Os() => TextOf("/etc/os-release", "PRETTY_NAME", '=') ?? RuntimeInformation.OSDescription;

    /// <summary>The processor's model name.</summary>
    public static string Processor() => TextOf("/proc/cpuinfo", "model name", ':') ?? "unknown processor";

    private static string? TextOf(string file, string name, char separator)
    {
        try
        {
            return ProcFile.TextOf(File.ReadAllText(file), name, separator);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
