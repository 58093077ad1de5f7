using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace LlmMemProfiler.Device.LibTorch;

/// <summary>The libtorch loaded into this process. A process can load only one.</summary>
public sealed partial class LibTorchLibrary
{
    private static readonly Lock Gate = new();
    private static LibTorchLibrary? loaded;

    private WrapperFit? fit;
    private readonly nint core;
    private readonly nint cpu;

    private LibTorchLibrary(LibTorchFolder folder)
    {
        Folder = folder;
        // A test ensures that the wrapper fits the packaged libtorch; checking here would add to the measured memory.
        if (!folder.IsPackage)
            RequireFit();
        core = LoadLibrary("libc10.so");
        cpu = LoadLibrary("libtorch_cpu.so");
        // Must precede the first use of any torch member, or CUDA stays off for the process.
        HasCuda = File.Exists(Path.Combine(folder.Path, "libtorch_cuda.so"));
        if (HasCuda)
        {
            LoadLibrary("libc10_cuda.so");
            LoadLibrary("libtorch_cuda.so");
        }
        LoadLibrary("libtorch.so");
        WrapperBuiltFor = PrivateWrapper.Load();
        Threads = torch.get_num_threads();
        Configuration = CppString(cpu, "_ZN2at11show_configB5cxx11Ev");
        Version = VersionPattern().Match(Configuration) is { Success: true } match ? match.Groups[1].Value : null;
        CudaVersion = CudaPattern().Match(Configuration) is { Success: true } cuda ? cuda.Groups[1].Value : null;
        CpuCapability = CppString(cpu, "_ZN2at18get_cpu_capabilityB5cxx11Ev") is { Length: > 0 } capability ? capability : null;
    }

    public LibTorchFolder Folder { get; }

    /// <summary>Whether it has the symbols that TorchSharp's wrapper needs.</summary>
    public WrapperFit Fit => fit ??= WrapperFit.Of(PrivateWrapper.Original, Folder.Path);

    /// <summary>The libtorch that the wrapper was built for; null if unknown.</summary>
    public string? WrapperBuiltFor { get; }

    /// <summary>True if it was built with CUDA, whether or not there is a GPU.</summary>
    public bool HasCuda { get; }

    /// <summary>The loaded library's own version, such as '2.10.0'; null if unknown.</summary>
    public string? Version { get; }

    /// <summary>The CUDA runtime it was built with, such as '12.8'; null for a CPU build.</summary>
    public string? CudaVersion { get; }

    /// <summary>Instruction set of its kernels, such as 'AVX512'; null if unknown.</summary>
    public string? CpuCapability { get; }

    /// <summary>Its own description of its build; empty if unknown.</summary>
    public string Configuration { get; }

    /// <summary>Number of compute threads.</summary>
    public int Threads { get; }

    /// <summary>The wrapper's version, which implies a libtorch version.</summary>
    public static string WrapperVersion => typeof(torch).Assembly.GetName().Version!.ToString(3);

    /// <summary>Loads the libtorch found by <see cref="LibTorchFolder.Find(string?)"/>; later calls return the same instance.</summary>
    /// <exception cref="DeviceException">It is missing, cannot be loaded, or another one is already loaded.</exception>
    public static LibTorchLibrary Load(string? option = null)
    {
        lock (Gate)
        {
            var folder = LibTorchFolder.Find(option);
            if (loaded is not null && loaded.Folder.Path != folder.Path)
                throw new DeviceException($"{folder.Path}: this process has already loaded libtorch from {loaded.Folder.Path}; start a new process");
            return loaded ??= new(folder);
        }
    }

    /// <summary>The address of a function in libc10, which reports allocations; 0 if missing.</summary>
    internal nint CoreExport(string mangledName) => NativeLibrary.TryGetExport(core, mangledName, out var address) ? address : 0;

    /// <summary>A mismatched wrapper would fail later and less clearly, or kill the process at the first missing function.</summary>
    private void RequireFit()
    {
        if (Fit.IsUsable)
            return;
        var version = LibTorchVersion.Beside(Folder.Path);
        var (atLoad, called) = (Fit.Missing.Count(m => m.Need == SymbolNeed.AtLoad), Fit.Missing.Count(m => m.Need == SymbolNeed.ByOperations));
        throw new DeviceException(
            $"{Folder.Path}: libtorch {version ?? "of unknown version"} is incompatible with TorchSharp {WrapperVersion}, built for libtorch " +
            $"{Fit.BuiltFor ?? "of unknown version"}: {Fit.Missing.Count} of {Fit.Needed} required symbols are missing, " +
            $"{atLoad} at load time and {called} in operations used here ({string.Join(", ", Fit.Missing.Take(2))}); " +
            $"use {LibTorchFolder.Option} with libtorch {Fit.BuiltFor}, or build with the TorchSharp made for libtorch {version ?? "of that version"}");
    }

    private nint LoadLibrary(string name)
    {
        var path = Path.Combine(Folder.Path, name);
        try
        {
            if (NativeLibrary.TryLoad(path, out var handle))
                return handle;
            NeighborFolders.LoadDependencies(path, NeighborFolders.Of(Folder.Path));
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException e)
        {
            throw new DeviceException(
                $"{path}: cannot be loaded ({LoadError.Summary(e)}); the folder must contain a complete libtorch for linux-x64", e);
        }
    }

    /// <summary>Calls a C++ function without arguments that returns a std::string (Itanium ABI: through a hidden first pointer).</summary>
    private static unsafe string CppString(nint library, string mangledName)
    {
        if (!NativeLibrary.TryGetExport(library, mangledName, out var address))
            return "";
        // libstdc++'s string is pointer, length, 16 bytes of short text. Never freed: a few hundred bytes per process.
        var text = (nint*)NativeMemory.AllocZeroed(32);
        ((delegate* unmanaged<nint*, void>)address)(text);
        return Marshal.PtrToStringUTF8(text[0], checked((int)text[1]));
    }

    [GeneratedRegex(@"CUDA Runtime ([0-9]+\.[0-9]+)")]
    private static partial Regex CudaPattern();

    [GeneratedRegex(@"TORCH_VERSION=([0-9][^,\s]*)")]
    private static partial Regex VersionPattern();
}
