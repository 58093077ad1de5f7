using System.Runtime.InteropServices;

namespace LlmMemProfiler.Harness.Torch;

/// <summary>How libtorch's 'out of memory' reaches C#: as an <see cref="ExternalException"/> known by its words.</summary>
internal static class TorchOutOfMemory
{
    /// <summary>The allocators' own words, then those of libraries that take memory beside them: for modules, handles and plans.</summary>
    private static readonly string[] Words =
    [
        "CUDA out of memory",
        "DefaultCPUAllocator: can't allocate memory",
        "CUDA error: out of memory",
        "CUBLAS_STATUS_ALLOC_FAILED",
        "CUDNN_STATUS_ALLOC_FAILED",
    ];

    public static bool Is(Exception e) =>
        e is ExternalException && Array.Exists(Words, words => e.Message.Contains(words, StringComparison.Ordinal));

    /// <summary>The first line, which tells how much was tried.</summary>
    public static string Message(Exception e) => e.Message.Split('\n')[0].Trim();
}
