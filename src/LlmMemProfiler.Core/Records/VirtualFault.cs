using System.Globalization;
using System.Text.Json.Serialization;

namespace LlmMemProfiler.Core.Records;

/// <summary>A call of a virtual GPU that was told to fail.</summary>
/// <param name="Call">The function, such as 'cudaLaunchKernel'.</param>
/// <param name="Passed">How many calls were to succeed.</param>
/// <param name="Code">The error from then on.</param>
/// <param name="Name">Its name; null if it has none here.</param>
/// <param name="Calls">How often it was called.</param>
public sealed record VirtualFault(string Call, long Passed, int Code, string? Name, long Calls)
{
    /// <summary>How many calls failed.</summary>
    [JsonIgnore]
    public long Failures => Math.Max(Calls - Passed, 0);

    /// <summary>The error, if any call failed.</summary>
    [JsonIgnore]
    public DeviceError? Error => Failures > 0 ? new(Call, Code, Name) : null;

    /// <summary>What to say of it where it is not why a run failed; null where it may be.</summary>
    /// <param name="isOk">True if the run did not fail.</param>
    public string? Remark(bool isOk) =>
        Calls == 0 ? $"the fault of {Call} never struck: nobody called it"
        : Failures == 0 ? string.Create(CultureInfo.InvariantCulture, $"the fault of {Call} never struck: it was called {Calls:N0} times, and fails after {Passed:N0}")
        : isOk ? string.Create(CultureInfo.InvariantCulture, $"a fault that libtorch did not report: {Error}, {Failures:N0} of {Calls:N0} times")
        : null;
}
