using System.Runtime.InteropServices;

namespace LlmMemProfiler.VirtualGpu.Hardware;

/// <summary>
/// Copies from and to the program's own memory, through the kernel (process_vm_readv(2), process_vm_writev(2)): an address that is none
/// is an outcome there, and a crash where it is touched.
/// </summary>
internal static unsafe partial class HostMemory
{
    private const int Fault = 14;

    private static readonly int Self = Environment.ProcessId;

    /// <summary>A page of zeros that is never written.</summary>
    private static readonly byte* Zeros = NativePages.Table(Page.Bytes);

    /// <summary>Copies bytes that the program has.</summary>
    /// <returns>False if it has none there.</returns>
    public static bool Read(byte* from, byte* to, long length) => Copy(to, from, length, isRead: true);

    /// <summary>Copies bytes to where the program has room for them.</summary>
    /// <returns>False if it has none there.</returns>
    public static bool Write(byte* from, byte* to, long length) => Copy(from, to, length, isRead: false);

    /// <inheritdoc cref="Write"/>
    public static bool Clear(byte* to, long length)
    {
        for (long done = 0; done < length; done += Page.Bytes)
        {
            if (!Write(Zeros, to + done, Math.Min(length - done, Page.Bytes)))
                return false;
        }
        return true;
    }

    private static bool Copy(byte* own, byte* theirs, long length, bool isRead)
    {
        if (length == 0)
            return true;
        if (theirs is null)
            return false;
        Range near = new(own, (nint)length), far = new(theirs, (nint)length);
        var copied = isRead ? ReadVector(Self, &near, 1, &far, 1, 0) : WriteVector(Self, &near, 1, &far, 1, 0);
        if (copied == length)
            return true;
        if (copied >= 0 || Marshal.GetLastPInvokeError() == Fault)
            return false;
        // Some containers forbid the call.
        Buffer.MemoryCopy(isRead ? theirs : own, isRead ? own : theirs, length, length);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "process_vm_readv", SetLastError = true)]
    private static partial nint ReadVector(int process, Range* near, nuint nears, Range* far, nuint fars, nuint flags);

    [LibraryImport("libc", EntryPoint = "process_vm_writev", SetLastError = true)]
    private static partial nint WriteVector(int process, Range* near, nuint nears, Range* far, nuint fars, nuint flags);

    /// <summary>struct iovec.</summary>
    private readonly struct Range(byte* at, nint length)
    {
        private readonly byte* at = at;
        private readonly nint length = length;
    }
}
