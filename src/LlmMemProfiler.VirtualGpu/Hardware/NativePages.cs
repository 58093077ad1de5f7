using System.Runtime.InteropServices;

namespace LlmMemProfiler.VirtualGpu.Hardware;

/// <summary>
/// Memory straight from the system (mmap(2)): tables that the garbage collector never sees, and addresses without memory. A page
/// that nobody touched costs nothing.
/// </summary>
internal static unsafe partial class NativePages
{
    private const int None = 0;
    private const int ReadWrite = 1 | 2;
    private const int PrivateAnonymousNoReserve = 0x2 | 0x20 | 0x4000;
    private const int DontNeed = 4;
    private const int WipeOnFork = 18;
    private static readonly nint Failed = -1;

    /// <summary>Zeros, written on first use.</summary>
    /// <exception cref="VirtualGpuException">The system refuses.</exception>
    public static byte* Table(long bytes) =>
        Map(0, checked((nint)bytes), ReadWrite, PrivateAnonymousNoReserve, -1, 0) is var at && at != Failed
            ? (byte*)at
            : throw NoRoom(bytes);

    /// <summary>Addresses that cannot be touched yet; null if the system refuses.</summary>
    public static byte* Reserve(long bytes) =>
        Map(0, checked((nint)bytes), None, PrivateAnonymousNoReserve, -1, 0) is var at && at != Failed ? (byte*)at : null;

    /// <summary>Lets reserved addresses be read and written; they hold zeros.</summary>
    public static bool Open(byte* at, long bytes) => Protect(at, (nint)bytes, ReadWrite) == 0;

    /// <summary>Gives the memory back and keeps the addresses.</summary>
    public static void Close(byte* at, long bytes)
    {
        _ = Advise(at, (nint)bytes, DontNeed);
        _ = Protect(at, (nint)bytes, None);
    }

    /// <summary>In a forked child these pages are zeros: a gate that another thread held there would never open again.</summary>
    public static void WipeInChildren(byte* at, long bytes) => _ = Advise(at, (nint)bytes, WipeOnFork);

    public static VirtualGpuException NoRoom(long bytes) =>
        new($"there is no room for a virtual GPU: {bytes} bytes of addresses, which take no memory, cannot be reserved; raise the limit (ulimit -v)");

    public static void Free(byte* at, long bytes) => _ = Unmap(at, (nint)bytes);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint at, nint bytes, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(byte* at, nint bytes);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(byte* at, nint bytes, int protection);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(byte* at, nint bytes, int advice);
}
