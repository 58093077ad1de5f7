using System.ComponentModel;
using System.Runtime.InteropServices;

namespace LlmMemProfiler.Device.LibTorch;

/// <summary>
/// Loads TorchSharp's native wrapper from a private copy whose need for a too new libstdc++ is weakened. The copy lies in
/// memory only, so nothing has to be writable and nothing is left behind.
/// </summary>
internal static partial class PrivateWrapper
{
    private const string Name = "libLibTorchSharp.so";
    private const string TooNew = "GLIBCXX_3.4.32";

    /// <summary>Loads the wrapper; libtorch must be loaded before. TorchSharp then finds it by its name.</summary>
    /// <exception cref="DeviceException">The wrapper is missing, damaged, or does not fit the libtorch that is loaded.</exception>
    public static void Load()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "wrapper", Name);
        try
        {
            var bytes = File.ReadAllBytes(path);
            SymbolVersions.MarkWeak(bytes, TooNew);
            var descriptor = CreateMemoryFile(Name, flags: 0);
            if (descriptor < 0)
                throw new DeviceException($"memfd_create failed ({new Win32Exception(Marshal.GetLastPInvokeError()).Message}); the wrapper {path} cannot be loaded");
            using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: true);
            RandomAccess.Write(handle, bytes, fileOffset: 0);
            NativeLibrary.Load($"/proc/self/fd/{descriptor}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new DeviceException($"{path}: {e.Message.TrimEnd('.')}; build or unpack the program again", e);
        }
        catch (DllNotFoundException e)
        {
            throw new DeviceException($"{path}: does not fit the libtorch that is loaded ({LoadError.Shortened(e)}); use libtorch 2.10", e);
        }
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);
}
