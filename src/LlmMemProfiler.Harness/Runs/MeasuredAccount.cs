using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>The device's levels that frame a run.</summary>
/// <param name="Context">The bare runtime: libtorch loaded, no kernel run yet.</param>
/// <param name="Warm">After the warm-up, on a GPU after the first use of each shape and without the allocator's segments: kernels and their libraries are in memory.</param>
/// <param name="Sampled">The highest level that any reading saw.</param>
/// <param name="Reserved">The most that the allocator under the tensors held, where it is not the hook that hears it.</param>
/// <param name="End">After the run; its peak may know a moment that no sample hit.</param>
/// <param name="Fault">What ended the sampling early; null where nothing did.</param>
internal sealed record DeviceLevels(DeviceReading Context, DeviceReading Warm, ByteSize? Sampled, ByteSize? Reserved, DeviceReading End, Exception? Fault);

/// <summary>Closes the account of a run: owners at the allocated peak, what lies over them, and the residual.</summary>
internal static class MeasuredAccount
{
    /// <param name="ledger">What the hook saw; null where there was none.</param>
    /// <param name="phases">The phases in their order.</param>
    /// <param name="levels">The device's levels.</param>
    /// <param name="device">What was measured on.</param>
    /// <param name="noHook">Why there was no hook.</param>
    public static Measured Of(
        AllocationLedger? ledger, IReadOnlyList<PhaseFacts> phases, DeviceLevels levels, DeviceKind device, string? noHook)
    {
        var unknown = new List<string>();
        var parts = ledger?.AllocatedPeak.Account ?? new MemoryAccount();
        if (ledger is null)
            unknown.Add($"tensor and allocated peak, and their parts: {noHook}");
        var reserved = Reserved(ledger, levels.Reserved);
        if (reserved is { } known)
            parts = parts.With((Part.Slack, known - parts.Total));
        if (device == DeviceKind.Cpu)
        {
            unknown.Add(reserved is null
                ? "rounding, slack and reserved peak: the allocator under the tensors does not tell what it holds for them; they are in the residual"
                : "rounding: the C library's allocator does not tell it apart from slack");
        }
        if (device == DeviceKind.Cuda && reserved is not null)
            unknown.Add("rounding: the hook sees blocks, not requests, so it is in the parts of their owners");

        if (levels.Fault is { } fault)
            unknown.Add($"device peak between the steps: the sampler ended early ({fault.Message.ReplaceLineEndings(" ")})");
        var peak = ByteSize.Max(levels.Sampled, levels.End.Peak);
        if (levels.Context.Used is { } context)
        {
            parts = parts.With((Part.Context, context));
            if (levels.Warm.Used is { } warm)
                parts = parts.With((Part.Modules, warm - context));
            else
                unknown.Add(levels.Warm.Reason ?? "modules");
        }
        else
        {
            unknown.Add($"context, modules and device peak: {levels.Context.Reason}");
        }
        if (peak is { } total)
            parts = parts.With((Part.Residual, total - parts.Total));

        return new()
        {
            TensorPeak = ledger?.TensorPeak.Size,
            AllocatedPeak = ledger?.AllocatedPeak.Size,
            ReservedPeak = reserved,
            DevicePeak = peak,
            Parts = parts,
            TensorParts = ledger?.TensorPeak.Account ?? new MemoryAccount(),
            TensorPeakAt = ledger?.TensorPeak.Tag.ToString(),
            AllocatedPeakAt = ledger?.AllocatedPeak.Tag.ToString(),
            Phases = phases,
            Unknown = unknown,
        };
    }

    /// <summary>
    /// From the hook's events and, on a CPU, from what the C library held after each step, since the peak of what is alive need not be
    /// the peak of what is kept. It cannot be less than the blocks; where it is, they lie elsewhere, and nobody tells.
    /// </summary>
    private static ByteSize? Reserved(AllocationLedger? ledger, ByteSize? reserved)
    {
        var most = ByteSize.Max(ledger?.ReservedPeak, reserved);
        return most >= ledger?.AllocatedPeak.Size && most is { Bytes: > 0 } ? most : null;
    }
}
