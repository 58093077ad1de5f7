using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Torch;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>How a run, or a part of it, ended.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Error">Why it is not ok; null if it is.</param>
/// <param name="Device">The device's own error, as libtorch tells it; null if it is none.</param>
internal sealed record RunEnd(RunStatus Status, string? Error, DeviceError? Device = null)
{
    public static readonly RunEnd Ok = new(RunStatus.Ok, null);

    /// <summary>The end by what libtorch says.</summary>
    /// <param name="message">The whole message, of several lines.</param>
    public static RunEnd By(string message) => TorchOutOfMemory.Is(message)
        ? new(RunStatus.Oom, TorchOutOfMemory.Message(message))
        : new(RunStatus.Failed, TorchDeviceError.Message(message), TorchDeviceError.Of(message));

    /// <summary>
    /// The same where a call of a virtual GPU was told to fail: then it is known which one and why, where libtorch may name neither, or takes
    /// whatever keeps it from memory for want of memory.
    /// </summary>
    /// <param name="fault">The call; null if none was told to.</param>
    public RunEnd With(VirtualFault? fault)
    {
        if (Status == RunStatus.Ok || fault?.Error is not { } error)
            return this;
        return new(
            Status == RunStatus.Oom && !error.IsOfMemory && !error.IsOfManagement ? RunStatus.Failed : Status,
            error.Name is { } name && Error!.Contains(name, StringComparison.Ordinal) ? Error : $"{Error} ({error})",
            error);
    }
}
