using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace LlmMemProfiler.Harness.Torch;

/// <summary>What libtorch says of a GPU's own error, an <see cref="ExternalException"/>.</summary>
internal static partial class TorchDeviceError
{
    /// <summary>The first line, with the error's name where only a later line has it: 'CUDA error: unspecified launch failure (cudaErrorLaunchFailure)'.</summary>
    public static string Message(ExternalException e)
    {
        var first = e.Message.Split('\n')[0].Trim();
        return Name().Match(e.Message) is { Success: true } match && !first.Contains(match.Groups[1].Value, StringComparison.Ordinal)
            ? $"{first} ({match.Groups[1].Value})"
            : first;
    }

    [GeneratedRegex("Search for `([A-Za-z]+)'")]
    private static partial Regex Name();
}
