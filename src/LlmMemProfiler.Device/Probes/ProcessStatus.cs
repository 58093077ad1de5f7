using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>A process's resident pages, in bytes.</summary>
/// <param name="Private">Pages that only this process has: RssAnon and RssShmem.</param>
/// <param name="File">Pages of files: RssFile.</param>
internal readonly record struct ResidentPages(long Private, long File);

/// <summary>
/// Reads <c>/proc/self/status</c> without a managed allocation, a lock or an exception, so that a reading leaves nothing behind in
/// what it reads, and may be taken inside libtorch's callbacks.
/// </summary>
/// <remarks>proc_pid_status(5). The kernel updates its counters lazily, so a reading may lag by a few pages per processor.</remarks>
internal static unsafe partial class ProcessStatus
{
    public const string File = "/proc/self/status";

    /// <summary>The file has some 1.5 kB.</summary>
    private const int Capacity = 4096;

    private const int CloseOnExec = 0x80000;

    /// <summary>Open for the process's lifetime; read anew from its start each time. Negative where there is none.</summary>
    private static readonly int Descriptor = Open(File, CloseOnExec);

    /// <returns>False if the file or one of its lines cannot be read.</returns>
    public static bool TryRead(out ResidentPages pages)
    {
        var buffer = stackalloc byte[Capacity];
        var count = ReadAt(Descriptor, buffer, Capacity, 0);
        pages = default;
        return count > 0 && TryParse(new(buffer, (int)count), out pages);
    }

    /// <summary>Reads the three lines from the file's text.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> status, out ResidentPages pages)
    {
        pages = default;
        if (!TryFind(status, "\nRssAnon:"u8, out var anonymous) || !TryFind(status, "\nRssFile:"u8, out var file) || !TryFind(status, "\nRssShmem:"u8, out var shared))
            return false;
        pages = new(anonymous + shared, file);
        return true;
    }

    /// <summary>The bytes of a line such as 'RssAnon:   1234 kB'.</summary>
    private static bool TryFind(ReadOnlySpan<byte> status, ReadOnlySpan<byte> name, out long bytes)
    {
        bytes = 0;
        var at = status.IndexOf(name);
        if (at < 0)
            return false;
        var line = status[(at + name.Length)..].TrimStart(" \t"u8);
        var digits = line.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        // 2^53 bytes in kibibytes has 14 digits.
        if (digits is < 1 or > 14 || !line[digits..].StartsWith(" kB\n"u8))
            return false;
        foreach (var digit in line[..digits])
            bytes = (bytes * 10) + (digit - '0');
        bytes *= ByteSize.KiB;
        return true;
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "pread")]
    private static partial nint ReadAt(int descriptor, byte* buffer, nint count, long offset);
}
