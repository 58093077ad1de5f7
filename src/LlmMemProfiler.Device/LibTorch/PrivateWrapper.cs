using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Device.LibTorch.Elf;

namespace LlmMemProfiler.Device.LibTorch;

/// <summary>
/// Loads TorchSharp's native wrapper from a private copy that no longer requires a recent libstdc++. The copy exists only in
/// memory, so no folder has to be writable and nothing is left behind.
/// </summary>
/// <remarks>
/// libLibTorchSharp.so 0.107.0 needs GLIBCXX_3.4.32 for one symbol that no relocation uses; Debian 12 and Ubuntu 22.04 have
/// 3.4.30.
/// </remarks>
internal static class PrivateWrapper
{
    private const string Name = "libLibTorchSharp.so";
    private const string TooNew = "GLIBCXX_3.4.32";

    /// <summary>It stays open: the loader tells objects apart by their paths, and a descriptor's number would be given again.</summary>
    private static DiskFile? kept;

    /// <summary>The wrapper from its package.</summary>
    public static string Original => Path.Combine(AppContext.BaseDirectory, "wrapper", Name);

    /// <summary>Loads the wrapper, after libtorch. TorchSharp then finds it by name.</summary>
    /// <param name="isWhole">False if libtorch.so, which needs CUDA's half, is not loaded; the wrapper takes nothing from it itself.</param>
    /// <returns>The libtorch it was built for; null if unknown.</returns>
    /// <exception cref="DeviceException">The wrapper is missing, damaged, or incompatible with the loaded libtorch.</exception>
    public static string? Load(bool isWhole)
    {
        var path = Original;
        try
        {
            using var wrapper = ElfLibrary.Open(path);
            kept = new DiskFile(MemoryFile.Create(Name));
            var bytes = wrapper.WithWeak(TooNew);
            if (!isWhole)
                wrapper.Redirect(bytes, needed: "libtorch.so", to: "libtorch_cpu.so");
            Write(kept, bytes);
            NativeLibrary.Load($"/proc/self/fd/{kept.SafeFileHandle.DangerousGetHandle()}");
            return WrapperFit.BuildVersionOf(wrapper);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new DeviceException($"{path}: {e.Message.TrimEnd('.')}; rebuild or reinstall llmmem", e);
        }
        catch (DllNotFoundException e)
        {
            throw new DeviceException($"{path}: incompatible with the loaded libtorch ({LoadError.Summary(e)}); use libtorch 2.10", e);
        }
    }

    private static void Write(DiskFile file, byte[] bytes)
    {
        try
        {
            // Not as a span, of which the stream would keep a copy: six megabytes of this process for ever.
            file.Write(bytes, 0, bytes.Length);
        }
        catch (IOException e)
        {
            throw new DeviceException($"{Name} does not fit a file in memory ({e.Message.TrimEnd('.')}); a limit on the size of files (ulimit -f) must allow its {bytes.Length} bytes", e);
        }
    }
}
