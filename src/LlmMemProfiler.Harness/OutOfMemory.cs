using System.Runtime.InteropServices;

namespace LlmMemProfiler.Harness;

/// <summary>How libtorch's 'out of memory' reaches C#: as an <see cref="ExternalException"/> known by its words.</summary>
internal static class OutOfMemory
{
    public static bool Is(Exception e) =>
        e is ExternalException &&
        (e.Message.StartsWith("CUDA out of memory", StringComparison.Ordinal) ||
         e.Message.Contains("DefaultCPUAllocator: can't allocate memory", StringComparison.Ordinal));

    /// <summary>The first line, which tells how much was tried.</summary>
    public static string Message(Exception e) => e.Message.Split('\n')[0].Trim();
}
