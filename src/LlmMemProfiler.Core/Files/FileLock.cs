using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LlmMemProfiler.Core.Files;

/// <summary>
/// An exclusive lock on an open file, among all processes and threads that ask for one: fcntl_locking(2), "Open file description
/// locks". Readers don't ask, and are not held up. The locks of <see cref="FileShare"/> would not do: they can't be waited for, and
/// each reader holds one.
/// </summary>
internal sealed partial class FileLock : IDisposable
{
    private const int Get = 36, Set = 37, SetAndWait = 38, Interrupted = 4, TryAgain = 11, Denied = 13;
    private const short WriteLock = 1, NoLock = 2;

    private readonly SafeFileHandle file;

    /// <summary>Waits for the lock. A file system without locks (ENOLCK, EINVAL, …) is written without.</summary>
    public FileLock(SafeFileHandle file)
    {
        this.file = file;
        var whole = new Region { Type = WriteLock };
        while (Control(file, SetAndWait, ref whole) < 0 && Marshal.GetLastPInvokeError() == Interrupted)
            continue;
    }

    /// <summary>Takes the lock, for as long as the file is open; false if another has it. Without locks, everybody gets it.</summary>
    public static bool TryTake(SafeFileHandle file)
    {
        var whole = new Region { Type = WriteLock };
        return Control(file, Set, ref whole) == 0 || Marshal.GetLastPInvokeError() is not (TryAgain or Denied);
    }

    /// <summary>True if another has it. To ask takes nothing from anybody, not even for a moment.</summary>
    public static bool IsTaken(SafeFileHandle file)
    {
        var whole = new Region { Type = WriteLock };
        return Control(file, Get, ref whole) == 0 && whole.Type != NoLock;
    }

    public void Dispose()
    {
        var whole = new Region { Type = NoLock };
        _ = Control(file, Set, ref whole);
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, ref Region region);

    /// <summary><c>struct flock</c>; zeros are the whole file.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Region
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int Process;
    }
}
