using System.Runtime.InteropServices;
using LlmMemProfiler.VirtualGpu.Hardware;
using Microsoft.Win32.SafeHandles;

namespace LlmMemProfiler.VirtualGpu.SharedObjects;

/// <summary>
/// Loads shared objects from memory, for all libraries that are loaded later: their names are then taken. Where memory may not be
/// executed (sysctl vm.memfd_noexec), from a file that is deleted at once.
/// </summary>
internal static unsafe partial class ObjectLoader
{
    private const uint CloseOnExec = 1;
    private const uint Executable = 0x10;
    private const int Now = 2;
    private const int Global = 0x100;

    private static readonly delegate* unmanaged<byte*, int, nint> Open =
        (delegate* unmanaged<byte*, int, nint>)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "dlopen");

    private static readonly delegate* unmanaged<byte*> LastError =
        (delegate* unmanaged<byte*>)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "dlerror");

    /// <returns>The loader's handle, never closed.</returns>
    /// <exception cref="VirtualGpuException">Neither memory nor any folder can be executed.</exception>
    public static nint Load(byte[] image, string name) => FromMemory(image, name, out var reason) is var handle and not 0
        ? handle
        : Folders().Select(folder => FromFile(image, Path.Combine(folder, $"llmmem-{Environment.ProcessId}-{name}"))).FirstOrDefault(h => h != 0) is var file and not 0
            ? file
            : throw new VirtualGpuException($"{name} cannot be loaded from memory ({reason}) nor from any of {string.Join(", ", Folders())}; one of these must be writable and not mounted noexec");

    private static nint FromMemory(byte[] image, string name, out string reason)
    {
        var descriptor = CreateFile(name, CloseOnExec | Executable);
        // Older kernels know no such flag, and need none.
        if (descriptor < 0)
            descriptor = CreateFile(name, CloseOnExec);
        if (descriptor < 0)
        {
            reason = "memfd_create failed";
            return 0;
        }
        // It stays open: the loader tells objects apart by their paths, and a descriptor's number would be given again.
        var file = new SafeFileHandle(descriptor, ownsHandle: false);
        RandomAccess.Write(file, image, 0);
        return Load($"/proc/self/fd/{descriptor}", out reason);
    }

    private static nint FromFile(byte[] image, string path)
    {
        try
        {
            using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
                file.Write(image);
            var handle = Load(path, out _);
            File.Delete(path);
            return handle;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next folder may do.
            return 0;
        }
    }

    private static nint Load(string path, out string reason)
    {
        fixed (byte* text = System.Text.Encoding.UTF8.GetBytes(path + '\0'))
        {
            var handle = Open(text, Now | Global);
            reason = handle == 0 ? Marshal.PtrToStringUTF8((nint)LastError()) ?? "" : "";
            return handle;
        }
    }

    private static IEnumerable<string> Folders() =>
        new[] { "/dev/shm", Path.GetTempPath(), Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR"), Environment.GetEnvironmentVariable("XDG_CACHE_HOME"), Environment.GetEnvironmentVariable("HOME") }
            .Where(Directory.Exists).OfType<string>();

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateFile(string name, uint flags);
}
