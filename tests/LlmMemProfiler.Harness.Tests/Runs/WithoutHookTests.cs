using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Probes;
using LlmMemProfiler.Harness.Runs;

namespace LlmMemProfiler.Harness.Tests.Runs;

/// <summary>Where allocations cannot be seen, nothing is said of them: no zero stands for 'unknown'.</summary>
public class WithoutHookTests
{
    [Fact]
    public void The_device_is_measured_and_all_else_is_unknown()
    {
        using var probe = new FixedProbe();
        var meter = new RunMeter(hook: null, new(probe, hook: null, isShared: false), () => null, reservedBefore: null);
        meter.BeginPhase();
        meter.AfterTensor();
        meter.AfterStep(Phase.Load, 0);

        Assert.All(meter.Timeline.Allocated, account => Assert.Empty(account.Known));
        Assert.All(meter.Timeline.Device, level => Assert.Equal(new ByteSize(70), level));
        var phase = Assert.Single(meter.Phases);
        Assert.Null(phase.TensorPeak);
        Assert.Null(phase.AllocatedPeak);
        Assert.Null(phase.AllocatedEnd);
        Assert.Equal(new ByteSize(70), phase.DeviceEnd);
    }

    [Fact]
    public void The_account_still_adds_up_and_names_what_it_lacks()
    {
        MemoryReading At(long used, long profiler) => new(new(new ByteSize(used), new ByteSize(7), null), new ByteSize(profiler));
        var levels = new DeviceLevels(At(40, 5), At(50, 6), At(100, 8), Reserved: new(60), ReservedBefore: null, Fault: new IOException("gone"));
        var measured = MeasuredAccount.Of(ledger: null, [], levels, DeviceKind.Cpu, noHook: "no hook here");

        Assert.Null(measured.TensorPeak);
        Assert.Null(measured.Parts[Part.Weights]);
        Assert.Null(measured.ReservedPeak);
        Assert.Equal(new ByteSize(100), measured.DevicePeak);
        Assert.Equal(measured.DevicePeak, measured.Parts.Total);
        Assert.Equal((35, 9, 8, 48), (Bytes(Part.Context), Bytes(Part.Modules), Bytes(Part.Profiler), Bytes(Part.Residual)));
        Assert.Equal((new ByteSize(92), new ByteSize(7), DeviceLevel.Private), (measured.DeviceWithoutProfiler, measured.File, measured.DeviceLevel));
        Assert.Contains(measured.Unknown, line => line.Contains("no hook here", StringComparison.Ordinal));
        Assert.Contains(measured.Unknown, line => line.Contains("gone", StringComparison.Ordinal));

        long Bytes(Part part) => measured.Parts[part]!.Value.Bytes;
    }

    private sealed class FixedProbe : IDeviceProbe
    {
        public DeviceReading Read() => new(new ByteSize(70), null, null);

        public void Dispose() { }
    }
}
