using System.Runtime.InteropServices;

namespace LlmMemProfiler.Harness.Torch;

/// <summary>Recognizes libtorch's 'out of memory', an <see cref="ExternalException"/>, by its message.</summary>
internal static class TorchOutOfMemory
{
    /// <summary>
    /// CUDA's allocator asks NVML only for the words of its 'out of memory' (CUDACachingAllocator.cpp, reportProcessMemoryInfo), and where NVML
    /// fails, its assertion takes the place of them.
    /// </summary>
    private const string Unreported = "NVML_SUCCESS == ";

    /// <summary>Messages of the allocators, then of libraries that allocate outside them: for modules, handles and plans.</summary>
    private static readonly string[] Words =
    [
        Unreported,
        "CUDA out of memory",
        "DefaultCPUAllocator: can't allocate memory",
        "CUDA error: out of memory",
        "CUDA driver error: out of memory",
        "CUBLAS_STATUS_ALLOC_FAILED",
        "CUDNN_STATUS_ALLOC_FAILED",
    ];

    public static bool Is(Exception e) => e is ExternalException && Is(e.Message);

    /// <summary>True for such a message.</summary>
    public static bool Is(string message) => Array.Exists(Words, words => message.Contains(words, StringComparison.Ordinal));

    /// <summary>The first line, which includes the requested size.</summary>
    public static string Message(string message)
    {
        var first = message.Split('\n')[0].Trim();
        return first.Contains(Unreported, StringComparison.Ordinal) ? $"CUDA out of memory, which libtorch could not report: {first}" : first;
    }
}
