using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LlmMemProfiler.Device;

/// <summary>A file that exists only in memory (memfd_create(2)): no folder has to be writable, and nothing is left behind.</summary>
public static partial class MemoryFile
{
    /// <param name="name">Its name in <c>/proc</c>.</param>
    /// <exception cref="DeviceException">The system call fails.</exception>
    public static SafeFileHandle Create(string name)
    {
        var descriptor = CreateDescriptor(name, flags: 0);
        return descriptor >= 0
            ? new(descriptor, ownsHandle: true)
            : throw new DeviceException($"memfd_create failed ({new Win32Exception(Marshal.GetLastPInvokeError()).Message}); in-memory files must be allowed");
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateDescriptor(string name, uint flags);
}
