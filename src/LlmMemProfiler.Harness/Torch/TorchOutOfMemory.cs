using System.Runtime.InteropServices;

namespace LlmMemProfiler.Harness.Torch;

/// <summary>Recognizes libtorch's 'out of memory', an <see cref="ExternalException"/>, by its message.</summary>
internal static class TorchOutOfMemory
{
    /// <summary>Messages of the allocators, then of libraries that allocate outside them: for modules, handles and plans.</summary>
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

    /// <summary>The first line, which includes the requested size.</summary>
    public static string Message(Exception e) => e.Message.Split('\n')[0].Trim();
}
