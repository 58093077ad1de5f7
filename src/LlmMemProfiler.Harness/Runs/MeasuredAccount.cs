using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>Readings of the device around a run.</summary>
/// <param name="Context">The bare runtime: libtorch loaded, before the first kernel.</param>
/// <param name="Warm">Kernels and libraries loaded: after warm-up; on a GPU after each shape's first use, excluding the allocator's segments.</param>
/// <param name="Highest">The highest reading.</param>
/// <param name="Reserved">The growth of the C library allocator's reserved bytes, at its peak; null if it reports none, and on a GPU.</param>
/// <param name="ReservedBefore">What it had reserved before the run; null if it reports none, and on a GPU.</param>
/// <param name="Fault">The error that ended sampling early, or null.</param>
internal sealed record DeviceLevels(MemoryReading Context, MemoryReading Warm, MemoryReading Highest, ByteSize? Reserved, ByteSize? ReservedBefore, Exception? Fault);

/// <summary>Builds a run's account: owners at the allocated peak, overheads, and the residual.</summary>
internal static class MeasuredAccount
{
    /// <param name="ledger">Allocations recorded by the hook; null without a hook.</param>
    /// <param name="phases">The phases in order.</param>
    /// <param name="levels">The device's readings.</param>
    /// <param name="device">The device measured on.</param>
    /// <param name="noHook">Why the hook was unavailable.</param>
    public static Measured Of(
        AllocationLedger? ledger, IReadOnlyList<PhaseFacts> phases, DeviceLevels levels, DeviceKind device, string? noHook)
    {
        var unknown = new List<string>();
        var parts = ledger?.AllocatedPeak.Account ?? new MemoryAccount();
        if (ledger is null)
            unknown.Add($"tensor and allocated peak, and their parts: {noHook}");
        var reserved = Reserved(ledger, levels.Reserved, levels.ReservedBefore);
        if (reserved is { } known)
            parts = parts.With((Part.Slack, known - parts.Total));
        if (device == DeviceKind.Cpu)
        {
            unknown.Add(reserved is null
                ? "rounding, slack and reserved peak: the C library's allocator does not report reserved bytes; they are in the residual"
                : "rounding: the C library's allocator does not separate it from slack");
        }
        if (device.IsGpu() && reserved is not null)
            unknown.Add("rounding: the hook records blocks, not requests, so rounding is included in the owners' parts");

        if (levels.Fault is { } fault)
            unknown.Add($"device peak between steps: the sampler stopped early ({fault.Message.ReplaceLineEndings(" ")})");
        if (levels.Context.WithoutProfiler is { } context)
        {
            parts = parts.With((Part.Context, context));
            if (levels.Warm.WithoutProfiler is { } warm)
                parts = parts.With((Part.Modules, warm - context));
            else
                unknown.Add(levels.Warm.Device.Reason ?? "modules");
        }
        else
        {
            unknown.Add($"{(device == DeviceKind.Virtual ? "what a real GPU's context takes" : "context")}, modules and device peak: {levels.Context.Device.Reason}");
        }
        if (levels.Highest.Profiler is { } profiler)
            parts = parts.With((Part.Profiler, profiler));
        if (levels.Highest.Used is { } total)
            parts = parts.With((Part.Residual, total - parts.Total));

        return new()
        {
            TensorPeak = ledger?.TensorPeak.Size,
            AllocatedPeak = ledger?.AllocatedPeak.Size,
            ReservedPeak = reserved,
            DevicePeak = levels.Highest.Used,
            DeviceLevel = device == DeviceKind.Virtual ? null : device.Measured(),
            File = levels.Highest.Device.File,
            Parts = parts,
            TensorParts = (ledger?.TensorPeak.Account ?? new MemoryAccount()).As(device.IsGpu() ? Counted.Blocks : Counted.Requests),
            TensorPeakAt = ledger?.TensorPeak.Tag.ToString(),
            AllocatedPeakAt = ledger?.AllocatedPeak.Tag.ToString(),
            Phases = phases,
            Unknown = unknown,
        };
    }

    /// <summary>
    /// From the hook's events and, on a CPU, from the C library's reserved bytes after each step, since live and reserved bytes may
    /// peak at different times. Blocks may come from what was reserved before: a small run's from what was free then, and a larger one's
    /// too from what a library gives back for something larger (oneDNN, 7 MiB with gpt2-large in BF16). Null if all that is reserved is less
    /// than the blocks: they are then elsewhere, unreported.
    /// </summary>
    private static ByteSize? Reserved(AllocationLedger? ledger, ByteSize? reserved, ByteSize? before)
    {
        if (ledger is null || ByteSize.Max(ledger.ReservedPeak, reserved) is not { } most)
            return null;
        var allocated = ledger.AllocatedPeak.Size;
        return most + (before ?? ByteSize.Zero) >= allocated && ByteSize.Max(most, allocated) is { Bytes: > 0 } held ? held : null;
    }
}
