using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace LlmMemProfiler.Device.LibTorch;

/// <summary>libtorch as it was really loaded into this process. A process can load one only.</summary>
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
        // What came with the program is what the wrapper was built for, a test holds that; looking would add to what is measured.
        if (!folder.IsPackage)
            RequireFit();
        core = LoadLibrary("libc10.so");
        cpu = LoadLibrary("libtorch_cpu.so");
        // Before the first touch of any torch member, or CUDA stays off for the process.
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

    /// <summary>What TorchSharp's wrapper needs of it, and whether it is there.</summary>
    public WrapperFit Fit => fit ??= WrapperFit.Of(PrivateWrapper.Original, Folder.Path);

    /// <summary>The libtorch that the wrapper was built for; null where it does not say.</summary>
    public string? WrapperBuiltFor { get; }

    /// <summary>True where CUDA's part is there too; whether a GPU is, is another question.</summary>
    public bool HasCuda { get; }

    /// <summary>The loaded library's own version, such as '2.10.0'; null where it does not say.</summary>
    public string? Version { get; }

    /// <summary>The CUDA runtime that it was built with, such as '12.8'; null on CPU.</summary>
    public string? CudaVersion { get; }

    /// <summary>Instruction set that its kernels use, such as 'AVX512'; null where it does not say.</summary>
    public string? CpuCapability { get; }

    /// <summary>How it was built, in its own words; empty where it does not say.</summary>
    public string Configuration { get; }

    /// <summary>Threads that it computes with.</summary>
    public int Threads { get; }

    /// <summary>The wrapper's version, which says what libtorch it was built for.</summary>
    public static string WrapperVersion => typeof(torch).Assembly.GetName().Version!.ToString(3);

    /// <summary>Loads the libtorch that <see cref="LibTorchFolder.Find(string?)"/> finds; a second call gives the first one's result.</summary>
    /// <exception cref="DeviceException">It is not there, cannot be loaded, or another one is loaded already.</exception>
    public static LibTorchLibrary Load(string? option = null)
    {
        lock (Gate)
        {
            var folder = LibTorchFolder.Find(option);
            if (loaded is not null && loaded.Folder.Path != folder.Path)
                throw new DeviceException($"{folder.Path}: this process has loaded libtorch from {loaded.Folder.Path} already; start a new one");
            return loaded ??= new(folder);
        }
    }

    /// <summary>The address of a function in libc10, where allocations are reported; 0 where it is not there.</summary>
    internal nint CoreExport(string mangledName) => NativeLibrary.TryGetExport(core, mangledName, out var address) ? address : 0;

    /// <summary>A wrapper that does not fit would fail later and less clearly, or end the process at the first missing function.</summary>
    private void RequireFit()
    {
        if (Fit.IsUsable)
            return;
        var version = LibTorchVersion.Beside(Folder.Path);
        var (atLoad, called) = (Fit.Missing.Count(m => m.Need == SymbolNeed.AtLoad), Fit.Missing.Count(m => m.Need == SymbolNeed.ByOperations));
        throw new DeviceException(
            $"{Folder.Path}: this libtorch ({version ?? "of unknown version"}) does not fit TorchSharp {WrapperVersion}, which was built for libtorch " +
            $"{Fit.BuiltFor ?? "of unknown version"}: it lacks {Fit.Missing.Count} of the {Fit.Needed} symbols that are needed, " +
            $"{atLoad} of them to load it and {called} for operations used here ({string.Join(", ", Fit.Missing.Take(2))}); " +
            $"name a libtorch {Fit.BuiltFor} with {LibTorchFolder.Option}, or build with the TorchSharp that was made for libtorch {version ?? "of that version"}");
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
                $"{path}: cannot be loaded ({LoadError.Summary(e)}); a complete libtorch for linux-x64 is needed", e);
        }
    }

    /// <summary>Calls a C++ function that takes nothing and returns a std::string (Itanium ABI: by a hidden first pointer).</summary>
    private static unsafe string CppString(nint library, string mangledName)
    {
        if (!NativeLibrary.TryGetExport(library, mangledName, out var address))
            return "";
        // libstdc++'s string is pointer, length, 16 bytes of short text. It is never freed: a few hundred bytes a process.
        var text = (nint*)NativeMemory.AllocZeroed(32);
        ((delegate* unmanaged<nint*, void>)address)(text);
        return Marshal.PtrToStringUTF8(text[0], checked((int)text[1]));
    }

    [GeneratedRegex(@"CUDA Runtime ([0-9]+\.[0-9]+)")]
    private static partial Regex CudaPattern();

    [GeneratedRegex(@"TORCH_VERSION=([0-9][^,\s]*)")]
    private static partial Regex VersionPattern();
}
