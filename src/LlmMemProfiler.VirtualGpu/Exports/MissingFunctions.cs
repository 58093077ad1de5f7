using System.Runtime.InteropServices;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>Functions that programs may call and that are not built: each says its name once, and fails as its interface does.</summary>
internal static unsafe partial class MissingFunctions
{
    private const int StandardError = 2;

    private static Entry* entries;
    private static int count;

    /// <summary>Takes the functions, whose thunks pass on their places in this list.</summary>
    /// <param name="functions">Names, and what each returns.</param>
    /// <returns>The address that the thunks jump to.</returns>
    public static nint Use(IReadOnlyList<(string Name, int NotSupported)> functions)
    {
        entries = (Entry*)NativeMemory.AllocZeroed((nuint)Math.Max(functions.Count, 1), (nuint)sizeof(Entry));
        for (var i = 0; i < functions.Count; i++)
        {
            var line = $"llmmem: {functions[i].Name} is not built into the virtual GPU; it fails with {functions[i].NotSupported}\n";
            entries[i] = new() { Line = NativeText.Keep(line), Length = line.Length, Error = functions[i].NotSupported };
        }
        count = functions.Count;
        return (nint)(delegate* unmanaged<int, int>)&Call;
    }

    [UnmanagedCallersOnly]
    private static int Call(int number)
    {
        if ((uint)number >= (uint)count)
            return CudaError.NotSupported;
        var entry = entries + number;
        if (Interlocked.Exchange(ref entry->IsSaid, 1) == 0)
            _ = Write(StandardError, entry->Line, (nuint)entry->Length);
        return entry->Error == CudaError.NotSupported ? CudartErrors.Failed(entry->Error) : entry->Error;
    }

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int file, byte* bytes, nuint length);

    private struct Entry
    {
        public byte* Line;
        public int Length;
        public int Error;
        public int IsSaid;
    }
}
