using System.Runtime.InteropServices;

namespace LlmMemProfiler.Device.LibTorch;

/// <summary>
/// TorchSharp's wrapper keeps an exception's message for whoever asks. TorchSharp asks where a result is missing, and so never after
/// a function that returns none: what it said would be lost, or told of a later call.
/// </summary>
/// <remarks>TorchSharp 0.107.0, THSTorch.cpp, <c>THSTorch_get_and_reset_last_err</c>, and torch.cuda.cs, <c>synchronize</c>.</remarks>
internal static partial class WrapperErrors
{
    /// <summary>Throws what the last call on this thread left behind.</summary>
    /// <exception cref="LibTorchException">It left something.</exception>
    public static void Check()
    {
        var text = Take();
        if (text != 0)
            throw new LibTorchException(Marshal.PtrToStringUTF8(text));
    }

    /// <summary>Found by its name among the libraries that are loaded.</summary>
    [LibraryImport("libLibTorchSharp.so", EntryPoint = "THSTorch_get_and_reset_last_err")]
    private static partial nint Take();
}
