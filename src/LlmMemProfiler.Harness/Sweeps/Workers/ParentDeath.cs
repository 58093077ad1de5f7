using System.Runtime.InteropServices;

namespace LlmMemProfiler.Harness.Sweeps.Workers;

/// <summary>Asks the kernel to kill this process when its parent ends, even if it is stopped then and could not notice (prctl(2)).</summary>
internal static partial class ParentDeath
{
    private const int SetParentDeathSignal = 1;
    private const nuint Kill = 9;

    /// <summary>False if the parent has already ended, before the kernel could be asked.</summary>
    /// <param name="parent">The parent's process id.</param>
    public static bool Follow(int parent)
    {
        // A kernel that refuses leaves what there was before: the end of the pipe.
        _ = Control(SetParentDeathSignal, Kill, 0, 0, 0);
        return ParentId() == parent;
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int ParentId();
}
