using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Hook;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>Tracks a run: accounts for the hook's events, reads the device, and records both over time.</summary>
/// <param name="hook">Watches the allocations; null if it cannot.</param>
/// <param name="memory">Reads the device.</param>
/// <param name="readReserved">Reads what the C library's allocator has reserved.</param>
/// <param name="reservedBefore">What it had before the run; null if it does not report it.</param>
/// <param name="isTimed">False where nothing is computed.</param>
/// <param name="trace">Receives each event; null if nobody wants them.</param>
internal sealed class RunMeter(
    AllocationHook? hook, MemoryReader memory, Func<ByteSize?> readReserved, ByteSize? reservedBefore, bool isTimed = true, IAllocationSink? trace = null)
{
    private readonly TimelineRecorder timeline = new();
    private readonly Dictionary<Phase, PhaseFacts> phases = [];
    private readonly AllocationLedger ledger = new();
    private IAllocationSink? sink;
    private double phaseBegan;

    public AllocationLedger Ledger => ledger;

    /// <summary>The highest reading: between steps and, on a CPU, at the end of each peak of live bytes inside them.</summary>
    public MemoryReading Highest { get; private set; }

    /// <summary>Peak growth of the C library's reserved bytes since before the run; null if not reported.</summary>
    public ByteSize? ReservedPeak { get; private set; }

    public Timeline Timeline => timeline.Build();

    /// <summary>Start of the timeline, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long Start => timeline.Start;

    public IReadOnlyList<PhaseFacts> Phases => [.. phases.Values];

    /// <summary>Seconds since the current phase began.</summary>
    public double PhaseSeconds => timeline.Seconds - phaseBegan;

    public void BeginPhase() => phaseBegan = timeline.Seconds;

    /// <summary>During loading, after each tensor.</summary>
    public void AfterTensor()
    {
        Drain();
        ledger.Settle();
        timeline.Add(Phase.Load, 0, Allocated, ReadDevice());
    }

    /// <summary>After loading, a prefill pass or a decode step; the phase may continue.</summary>
    public void AfterStep(Phase phase, int step)
    {
        Drain();
        ledger.Flush();
        var used = ReadDevice();
        var last = ledger.Steps is [.., var end] && end.Phase == phase ? end : null;
        timeline.Add(phase, step, last?.AllocatedPeak.Account ?? Allocated, used);
        var before = phases.GetValueOrDefault(phase);
        phases[phase] = new()
        {
            Phase = phase,
            Seconds = isTimed ? Math.Round(PhaseSeconds, 6) : null,
            Steps = (before?.Steps ?? 0) + 1,
            TensorPeak = ByteSize.Max(before?.TensorPeak, last?.TensorPeak.Size),
            AllocatedPeak = ByteSize.Max(before?.AllocatedPeak, last?.AllocatedPeak.Size),
            AllocatedEnd = hook is null ? null : ledger.Allocated,
            DeviceEnd = used,
        };
    }

    /// <summary>At the end of the run, accounts for the events of an unfinished step.</summary>
    public void Complete()
    {
        Drain();
        ledger.Flush();
    }

    private void Drain() => hook?.Drain(sink ??= trace is null ? ledger : new TeeSink(ledger, trace));

    /// <summary>What is live now; empty without a hook.</summary>
    private MemoryAccount Allocated => hook is null ? new() : ledger.Account;

    private ByteSize? ReadDevice()
    {
        var reading = memory.Read();
        Highest = MemoryReading.Highest(Highest, reading);
        if (memory.Inside is { } inside)
            Highest = MemoryReading.Highest(Highest, inside);
        if (reservedBefore is { } before && readReserved() is { } reserved)
            ReservedPeak = ByteSize.Max(ReservedPeak, reserved - before);
        return reading.Used;
    }
}
