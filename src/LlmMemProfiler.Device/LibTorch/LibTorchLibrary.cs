using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using TorchSharp;

namespace LlmMemProfiler.Device.LibTorch;

/// <summary>The libtorch loaded into this process. A process can load only one.</summary>
public sealed partial class LibTorchLibrary
{
    private static readonly Lock Gate = new();
    private static LibTorchLibrary? loaded;
    private static readonly Version FirstUnfit = new(2, 13);
    private const string NewestFit = "2.12.1";

    private WrapperFit? fit;
    private readonly nint core;
    private readonly nint cpu;

    private LibTorchLibrary(LibTorchFolder folder)
    {
        Folder = folder;
        RequireKnownRelease(folder);
        var hasCudaHalf = File.Exists(Path.Combine(folder.Path, "libtorch_cuda.so"));
        // libtorch would end the process without a word.
        if (hasCudaHalf)
            _ = AllocatorOptions.Read(Environment.GetEnvironmentVariable, ReleaseOf(folder));
        // A test ensures that the wrapper fits the packaged libtorch; checking here would add to the measured memory.
        if (!folder.IsPackage)
            RequireFit();
        if (hasCudaHalf || !folder.IsPackage)
            RequireNothingMissing();
        MissingForCuda = hasCudaHalf ? MissingLibraries.Of(folder.Path, "libc10_cuda.so", "libtorch_cuda.so") : [];
        HasCuda = hasCudaHalf && MissingForCuda.Count == 0;
        core = LoadLibrary("libc10.so");
        cpu = LoadLibrary("libtorch_cpu.so");
        // Must precede the first use of any torch member, or CUDA stays off for the process.
        if (HasCuda)
        {
            LoadLibrary("libc10_cuda.so");
            LoadLibrary("libtorch_cuda.so");
        }
        // It only binds the halves together, and cannot be loaded without both.
        var isWhole = MissingForCuda.Count == 0;
        if (isWhole)
            LoadLibrary("libtorch.so");
        WrapperBuiltFor = PrivateWrapper.Load(isWhole);
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

    /// <summary>Libraries that its CUDA half needs and the system lacks: then it is not loaded, and runs use the CPU.</summary>
    public IReadOnlyList<string> MissingForCuda { get; }

    /// <summary>True if it was built with CUDA and that half is loaded, whether or not there is a GPU.</summary>
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
    /// <exception cref="DeviceException">It is missing, too new, cannot be loaded, or another one is already loaded.</exception>
    /// <exception cref="Core.InputException">The environment sets an allocator option that it would refuse.</exception>
    public static LibTorchLibrary Load(string? option = null)
    {
        lock (Gate)
        {
            var folder = LibTorchFolder.Find(option);
            if (loaded is not null && loaded.Folder.Path != folder.Path)
                throw new DeviceException($"{folder.Path}: this process has already loaded libtorch from {loaded.Folder.Path}; start a new process");
            RequireWorkingFolder();
            return loaded ??= new(folder);
        }
    }

    /// <summary>Where it was deleted, MKL ends the process: it cannot find the library that it is in.</summary>
    private static void RequireWorkingFolder()
    {
        try
        {
            _ = Directory.GetCurrentDirectory();
        }
        catch (IOException e)
        {
            throw new Core.InputException("the working directory no longer exists; change to one that does, since libtorch needs it", e);
        }
    }

    /// <summary>The address of a function in libc10, which reports allocations; 0 if missing.</summary>
    internal nint CoreExport(string mangledName) => NativeLibrary.TryGetExport(core, mangledName, out var address) ? address : 0;

    /// <summary>The release whose options are read, before it is loaded; the wrapper's if nothing beside it says which.</summary>
    private static Version ReleaseOf(LibTorchFolder folder) =>
        new LibTorchCuda((folder.IsPackage ? null : LibTorchVersion.Beside(folder.Path)) ?? LibTorchCuda.TorchSharp.Version, 0).Release;

    /// <summary>
    /// From 2.13 on c10 lays out an object differently than TorchSharp's wrapper expects: every symbol is there, and the first tensor
    /// ends the process. Seen with 2.13.0 and 2.14.1; 2.12.1 works.
    /// </summary>
    internal static void RequireKnownRelease(LibTorchFolder folder)
    {
        if (!folder.IsPackage && LibTorchVersion.Beside(folder.Path) is { } version && LibTorchVersion.Release(version) >= FirstUnfit)
        {
            throw new DeviceException(
                $"{folder.Path}: libtorch {version} is too new for TorchSharp {WrapperVersion}, which crashes with {FirstUnfit} and newer; " +
                $"use libtorch {NewestFit} or older, such as pip install torch=={NewestFit}");
        }
    }

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

    /// <summary>The dynamic loader would name only the first, within .NET's long explanation.</summary>
    private void RequireNothingMissing()
    {
        if (MissingLibraries.Of(Folder.Path, "libc10.so", "libtorch_cpu.so") is { Count: > 0 } missing)
        {
            throw new DeviceException(
                $"{Folder.Path}: libtorch needs {string.Join(", ", missing)}, which the dynamic loader does not find; {MissingLibraries.Remedy}");
        }
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
