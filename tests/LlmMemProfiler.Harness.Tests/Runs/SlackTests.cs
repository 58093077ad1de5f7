using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Probes;
using LlmMemProfiler.Harness.Runs;

namespace LlmMemProfiler.Harness.Tests.Runs;

/// <summary>What the allocator under the tensors keeps: told by events on a GPU, by the C library between the steps on a CPU.</summary>
public class SlackTests
{
    private static readonly DeviceReading Quiet = new(new ByteSize(500), null, null);

    [Fact]
    public void The_most_that_was_held_counts_from_what_was_read_before_the_run()
    {
        var held = new Queue<long>([120, 160, 130]);
        using var probe = new FixedProbe();
        var meter = new RunMeter(hook: null, new(probe, hook: null, isShared: false), () => new(held.Dequeue()), new(100));
        meter.AfterTensor();
        meter.AfterTensor();
        meter.AfterStep(Phase.Load, 0);
        Assert.Equal(new ByteSize(60), meter.ReservedPeak);
    }

    [Theory]
    [InlineData(0, 45, 45, 5)]
    [InlineData(48, 45, 48, 8)]
    [InlineData(41, 0, 41, 1)]
    public void Slack_is_what_is_held_over_the_blocks_at_their_peak(long heard, long held, long reserved, long slack)
    {
        var measured = Measured(heard, held);
        Assert.Equal(new ByteSize(reserved), measured.ReservedPeak);
        Assert.Equal(new ByteSize(slack), measured.Parts[Part.Slack]);
        Assert.Equal(measured.DevicePeak, measured.Parts.Total);
    }

    [Fact]
    public void An_allocator_that_holds_less_than_the_blocks_is_not_the_one_under_them()
    {
        var measured = Measured(heard: 0, held: 39);
        Assert.Null(measured.ReservedPeak);
        Assert.Null(measured.Parts[Part.Slack]);
        Assert.Contains(measured.Unknown, line => line.Contains("slack and reserved peak", StringComparison.Ordinal));
        Assert.Equal(measured.DevicePeak, measured.Parts.Total);
    }

    /// <summary>A small model fits into what loading libtorch left free; and part of a larger one into what a library gives back.</summary>
    [Fact]
    public void Blocks_that_come_from_what_was_reserved_before_leave_no_slack()
    {
        foreach (var (held, before) in ((long, long)[])[(0, 40), (33, 7)])
        {
            var measured = Measured(heard: 0, held, before);
            Assert.Equal((new ByteSize(40), new ByteSize(0)), (measured.ReservedPeak, measured.Parts[Part.Slack]));
            Assert.Null(Measured(heard: 0, held, before - 1).Parts[Part.Slack]);
        }
    }

    /// <summary>A block of 30 bytes that stays and one of 10 that goes.</summary>
    private static Core.Records.Measured Measured(long heard, long held, long before = 0)
    {
        var ledger = new AllocationLedger();
        var tag = Tag.Of(Phase.Load, 0, null, Part.Weights, Operation.None, 0);
        ledger.Add(new(1, 30, tag, Reserved: heard));
        ledger.Add(new(2, 10, tag));
        ledger.Settle();
        ledger.Add(new(2, -10, tag));
        ledger.Flush();
        return MeasuredAccount.Of(
            ledger, [], new(new(Quiet, null), new(Quiet, null), new(Quiet with { Used = new(600) }, null), new(held), new(before), null), DeviceKind.Cpu, null);
    }

    private sealed class FixedProbe : IDeviceProbe
    {
        public DeviceReading Read() => Quiet;

        public void Dispose() { }
    }
}
