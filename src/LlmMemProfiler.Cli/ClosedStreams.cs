using System.Runtime.InteropServices;

namespace LlmMemProfiler.Cli;

/// <summary>
/// A program that is started with a standard stream closed (<c>>&amp;-</c>) gets the next file it opens in its place: the runtime's own
/// pipes, a results file. What it prints would go there, and ended the process. So it starts itself again, with devices instead.
/// </summary>
internal static partial class ClosedStreams
{
    private const int GetFlags = 1, CloseOnExec = 1, ReadOnly = 0, WriteOnly = 1;

    /// <summary>In place of each stream: nothing to read, and no room to write, which is then told like any other full disk.</summary>
    private static readonly (int Descriptor, string Device, int Mode)[] Streams = [(0, "/dev/null", ReadOnly), (1, "/dev/full", WriteOnly), (2, "/dev/full", WriteOnly)];

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
