using System.Runtime.InteropServices;

namespace LlmMemProfiler.Cli;

/// <summary>
/// A program that is started with a standard stream closed (<c>>&amp;-</c>) gets the next file it opens in its place: the runtime's own
/// pipes, a results file. What it prints would go there, and ended the process. So it starts itself again, with devices instead.
/// </summary>
internal static partial class ClosedStreams
{
    /// <summary>That of <c>fcntl</c> and <c>open</c> (fcntl.h). Appending does nothing to a device, and is the mark by which it is known again.</summary>
    private const int GetFlags = 1, GetMode = 3, CloseOnExec = 1, ReadOnly = 0, WriteOnly = 1, Append = 0x400;

    private const string Full = "/dev/full";

    /// <summary>True for a stdout that was closed: whatever is written there is lost, and not for want of room.</summary>
    public static bool HasClosedOutput => (Control(1, GetMode) & Append) != 0 && File.ResolveLinkTarget("/proc/self/fd/1", returnFinalTarget: false)?.FullName == Full;

    /// <summary>In place of each stream: nothing to read, and no room to write.</summary>
    private static readonly (int Descriptor, string Device, int Mode)[] Streams = [(0, "/dev/null", ReadOnly), (1, Full, WriteOnly | Append), (2, Full, WriteOnly | Append)];

    /// <summary>Returns where no stream was closed, or nothing can be done about it.</summary>
    public static void Replace()
    {
        var closed = Streams.Where(stream => IsClosed(stream.Descriptor)).ToList();
        if (closed.Count == 0)
            return;
        foreach (var (descriptor, device, mode) in closed)
        {
            var opened = Open(device, mode);
            if (opened < 0)
                return;
            // A duplicate stays open in the new program, and so does a descriptor that was opened in the very place.
            if (opened != descriptor)
                _ = Duplicate(opened, descriptor);
        }
        ThisProgram.Restart();
    }

    /// <summary>Inherited ones stay open in a new program; whatever the runtime opened does not, so that it tells one that was closed.</summary>
    private static bool IsClosed(int descriptor) => Control(descriptor, GetFlags) is var flags && (flags < 0 || (flags & CloseOnExec) != 0);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int mode);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Duplicate(int from, int to);
}
