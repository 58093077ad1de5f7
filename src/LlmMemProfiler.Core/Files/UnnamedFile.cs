using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LlmMemProfiler.Core.Files;

/// <summary>
/// A new file that has no name until it gets one: whatever ends its process before, nothing is left of it. open(2), "O_TMPFILE".
/// </summary>
internal static partial class UnnamedFile
{
    /// <summary><c>O_TMPFILE</c> on x86; where it has another value, this one is refused.</summary>
    private const int Unnamed = 0x410000;

    private const int ReadWrite = 2, CloseOnExec = 0x80000, AllMayReadAndWrite = 0x1B6, WorkingFolder = -100, Follow = 0x400;

    /// <summary>Named only through here, without rights of root.</summary>
    private const string Open = "/proc/self/fd";

    /// <summary>A file in a folder's file system; null where that has none without a name, as network file systems.</summary>
    public static SafeFileHandle? Create(string folder)
    {
        if (!Directory.Exists(Open))
            return null;
        var file = OpenFile(folder, Unnamed | ReadWrite | CloseOnExec, AllMayReadAndWrite);
        return file < 0 ? null : new(file, ownsHandle: true);
    }

    /// <summary>Gives it a name that nothing has.</summary>
    /// <exception cref="IOException">It cannot have this name.</exception>
    public static void Name(SafeFileHandle file, string path)
    {
        if (Link(WorkingFolder, $"{Open}/{file.DangerousGetHandle()}", WorkingFolder, path, Follow) != 0)
            throw new IOException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(int fromFolder, string from, int toFolder, string to, int flags);
}
