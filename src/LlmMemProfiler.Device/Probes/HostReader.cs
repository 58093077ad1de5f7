using System.Reflection;
using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Device.LibTorch;

namespace LlmMemProfiler.Device.Probes;

/// <summary>The machine and software used for a measurement.</summary>
public static partial class HostReader
{
    /// <summary>Flags of <c>/proc/cpuinfo</c> that oneDNN and ATen tell apart.</summary>
    /// <remarks>oneDNN, <c>src/cpu/x64/cpu_isa_traits.hpp</c>.</remarks>
    private static readonly string[] KernelFlags =
    [
        "amx_bf16", "amx_fp16", "amx_int8", "amx_tile", "avx", "avx2", "avx512_bf16", "avx512_fp16", "avx512_vnni", "avx512bw", "avx512dq",
        "avx512f", "avx512vl", "avx_vnni", "f16c", "fma",
    ];

    /// <summary>Environment variables that affect allocations, the choice of kernels, or this program's own memory.</summary>
    private static readonly string[] Recorded =
    [
        "ATEN_CPU_CAPABILITY", "CUBLAS_WORKSPACE_CONFIG", "CUBLASLT_WORKSPACE_SIZE", "CUDA_DEVICE_ORDER", "CUDA_MODULE_LOADING",
        "CUDA_VISIBLE_DEVICES", "DISABLE_ADDMM_CUDA_LT", "DNNL_MAX_CPU_ISA", "DOTNET_TieredCompilation", "LD_PRELOAD", "MALLOC_ARENA_MAX", "MALLOC_CONF",
        "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "MKL_NUM_THREADS", "NVIDIA_TF32_OVERRIDE", "OMP_NUM_THREADS",
        "PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_HIP_ALLOC_CONF", "PYTORCH_NO_CUDA_MEMORY_CACHING", "TORCH_BLAS_PREFER_CUBLASLT",
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
        Variables())
    {
        TorchSharpBuiltFor = library.WrapperBuiltFor,
        ProcessorId = ProcessorId(),
        InstructionSets = ProcessorFlags(),
        CLibrary = CLibrary(),
    };

    /// <summary>This program's version.</summary>
    public static string Program =>
        typeof(HostReader).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>The system's name and version.</summary>
    public static string Os() => TextOf("/etc/os-release", "PRETTY_NAME", '=') ?? RuntimeInformation.OSDescription;

    /// <summary>The system whose driver the GPUs have.</summary>
    /// <param name="release">The file with the kernel's release; another one for tests.</param>
    public static HostSystem DriverSystem(string release = "/proc/sys/kernel/osrelease") =>
        File.Exists(release) && File.ReadAllText(release).Contains("microsoft", StringComparison.OrdinalIgnoreCase) ? HostSystem.Windows : HostSystem.Linux;

    /// <summary>The processor's model name.</summary>
    public static string Processor() => CpuInfo("model name") ?? "unknown processor";

    /// <summary>Those set, of the variables that affect allocations or the choice of kernels.</summary>
    public static IReadOnlyDictionary<string, string> Variables() => Recorded
        .Select(name => (name, value: Environment.GetEnvironmentVariable(name)))
        .Where(v => v.value is not null)
        .ToDictionary(v => v.name, v => v.value!);

    /// <summary>The instruction sets that libraries choose kernels by, ordered by name; null if unknown.</summary>
    public static string? ProcessorFlags() => CpuInfo("flags") is { } flags ? string.Join(' ', KernelFlags.Intersect(flags.Split(' '))) : null;

    /// <summary>The processor's vendor, family, model and stepping; null if unknown.</summary>
    public static string? ProcessorId() => CpuInfo("vendor_id") is { } vendor
        ? $"{vendor} family {CpuInfo("cpu family")} model {CpuInfo("model")} stepping {CpuInfo("stepping")}"
        : null;

    /// <summary>GNU's C library and its version; null with another one.</summary>
    public static string? CLibrary()
    {
        try
        {
            return $"glibc {Marshal.PtrToStringUTF8(CLibraryVersion())}";
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library than GNU's.
            return null;
        }
    }

    private static string? CpuInfo(string name) => TextOf("/proc/cpuinfo", name, ':');

    private static string? TextOf(string file, string name, char separator) => ProcFile.Read(file) is { } text ? ProcFile.TextOf(text, name, separator) : null;

    [LibraryImport("libc", EntryPoint = "gnu_get_libc_version")]
    private static partial nint CLibraryVersion();
}
