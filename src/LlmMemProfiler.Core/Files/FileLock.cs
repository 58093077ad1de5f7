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
    private const int Set = 37, SetAndWait = 38, Interrupted = 4;
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
