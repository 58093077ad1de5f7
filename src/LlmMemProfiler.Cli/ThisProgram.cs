using System.Runtime.InteropServices;

namespace LlmMemProfiler.Cli;

/// <summary>The running program, started again in the same process, with the same command line.</summary>
internal static partial class ThisProgram
{
    /// <summary>Returns only where it cannot be started again. Whatever was opened or changed in memory is gone otherwise.</summary>
    public static unsafe void Restart()
    {
        byte[] line;
        try
        {
            line = File.ReadAllBytes("/proc/self/cmdline");
        }
        catch (IOException)
        {
            // Without /proc there is no way.
            return;
        }
        fixed (byte* text = line)
        {
            var arguments = new List<nint>();
            for (var at = 0; at < line.Length; at += Array.IndexOf(line, (byte)0, at) - at + 1)
                arguments.Add((nint)(text + at));
            var ended = (nint[])[.. arguments, 0];
            fixed (nint* first = ended)
                _ = Execute("/proc/self/exe", first);
        }
    }

    [LibraryImport("libc", EntryPoint = "execv", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Execute(string program, nint* arguments);
}
