using System.Text.RegularExpressions;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Harness.Torch;

/// <summary>What libtorch says of a GPU's own error, in an exception's message.</summary>
internal static partial class TorchDeviceError
{
    /// <summary>The first line, with the error's name where only a later line has it: 'CUDA error: unspecified launch failure (cudaErrorLaunchFailure)'.</summary>
    public static string Message(string text)
    {
        var first = text.Split('\n')[0].Trim();
        return Name().Match(text) is { Success: true } match && !first.Contains(match.Value, StringComparison.Ordinal)
            ? $"{first} ({match.Value})"
            : first;
    }

    /// <summary>The error's name, and the call if it is told; null for a message that names no error of a device.</summary>
    public static DeviceError? Of(string text) => Name().Match(text) is { Success: true } name
        ? new(Call().Match(text) is { Success: true } call ? call.Groups[1].Value : null, null, name.Value)
        : null;

    [GeneratedRegex("cudaError[A-Za-z]+|CUDA_ERROR_[A-Z_]+|CUBLAS_STATUS_[A-Z_]+|CUDNN_STATUS_[A-Z_]+")]
    private static partial Regex Name();

    [GeneratedRegex("when calling `?([A-Za-z_0-9]+)")]
    private static partial Regex Call();
}
