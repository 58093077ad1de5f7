using System.Globalization;
using System.Text.Json.Serialization;

namespace LlmMemProfiler.Core.Records;

/// <summary>A device's own error, as far as it is known.</summary>
/// <param name="Call">The function that failed, such as 'cudaLaunchKernel'; null where only libtorch's message tells, and does not name it.</param>
/// <param name="Code">Its number, such as 719; null likewise.</param>
/// <param name="Name">Its name, such as 'cudaErrorLaunchFailure'; null likewise.</param>
public sealed record DeviceError(string? Call, int? Code, string? Name)
{
    /// <summary>Errors after which no other process can use the device either, until somebody mends it.</summary>
    private static readonly string[] Final =
    [
        "cudaErrorInitializationError", "cudaErrorInsufficientDriver", "cudaErrorDevicesUnavailable", "cudaErrorNoDevice",
        "cudaErrorSystemNotReady", "cudaErrorUnknown", "CUDA_ERROR_NOT_INITIALIZED", "CUDA_ERROR_NO_DEVICE", "CUDA_ERROR_SYSTEM_NOT_READY",
        "CUDA_ERROR_UNKNOWN",
    ];

    /// <summary>True if the device is gone, rather than a kernel that failed.</summary>
    [JsonPropertyName("lost")]
    public bool IsLost { get => field || Final.Contains(Name); init; }

    /// <summary>True if memory is what there was not enough of.</summary>
    [JsonIgnore]
    public bool IsOfMemory => Name is not null && (Name.Contains("MEMORY", StringComparison.OrdinalIgnoreCase) || Name.Contains("ALLOC", StringComparison.Ordinal));

    /// <summary>True for NVML, which libtorch asks only how to put an out of memory into words.</summary>
    [JsonIgnore]
    public bool IsOfManagement => Call?.StartsWith("nvml", StringComparison.Ordinal) == true;

    /// <summary>For example 'cudaLaunchKernel failed with 719, cudaErrorLaunchFailure'.</summary>
    public override string ToString() => $"{Call ?? "a call"} failed with {Code?.ToString(CultureInfo.InvariantCulture) ?? "an error"}{(Name is null ? "" : $", {Name}")}";
}
