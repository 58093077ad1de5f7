using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Allocation;

/// <summary>Stories short enough to be reckoned by hand.</summary>
public class AllocationLedgerTests
{
    [Fact]
    public void Nothing_is_zero()
    {
        var ledger = new Story().End();

        Assert.Equal(0, ledger.Events);
        Assert.Equal((ByteSize.Zero, ByteSize.Zero), (ledger.Allocated, ledger.TensorPeak.Size));
        Assert.Empty(ledger.Steps);
    }

    [Fact]
    public void A_peak_keeps_its_owners_though_they_go_on_changing()
    {
        var ledger = new Story()
            .Enter(Phase.Load).Take(1, 100, Part.Weights).Take(2, 20, Part.KvCache)
            .Enter(Phase.Decode, 4).Within(Operation.Gelu, s => s.Take(3, 7))
            .Free(3, 7).Free(1, 100).Take(4, 90, Part.Logits)
            .End();

        Assert.Equal((127, 100, 20, 7, 0), Owners(ledger.TensorPeak));
        Assert.Equal("decode step 4, Gelu (activations)", ledger.TensorPeak.Tag.ToString());
        Assert.Equal(110, ledger.Account.Total.Bytes);
    }

    [Fact]
    public void The_first_of_two_equal_maxima_is_the_peak()
    {
        var ledger = new Story().Take(1, 50, Part.Logits).Free(1, 50).Take(2, 50, Part.Inputs).End();

        Assert.Equal((50, 0, 0, 0, 50), Owners(ledger.TensorPeak));
        Assert.Equal((50, 0, 0, 0, 50), Owners(ledger.AllocatedPeak));
    }

    [Fact]
    public void Each_step_has_its_own_peak_and_what_it_leaves()
    {
        var ledger = new Story()
            .Enter(Phase.Load).Take(1, 100, Part.Weights)
            .Enter(Phase.Prefill).Within(Operation.Linear, s => s.Take(2, 40).Take(3, 5).Free(3, 5)).Free(2, 40)
            .Enter(Phase.Decode, 1).Within(Operation.Linear, s => s.Take(4, 8)).Free(4, 8)
            .Enter(Phase.Decode, 2).Free(1, 100)
            .End();

        Assert.Equal(
            [
                (Phase.Load, 0, 100, 100, 100),
                (Phase.Prefill, 0, 145, 140, 100),
                (Phase.Decode, 1, 108, 108, 100),
                (Phase.Decode, 2, 100, 100, 0),
            ],
            ledger.Steps.Select(s => (s.Phase, s.Step, s.AllocatedPeak.Size.Bytes, s.TensorPeak.Size.Bytes, s.AtEnd.Total.Bytes)));
    }

    [Fact]
    public void Levels_follow_when_an_operation_ends()
    {
        var ledger = new Story().Within(Operation.Linear, s => s.Take(1, 10)).Ledger;
        Assert.Equal(0, ledger.Events);

        ledger.Flush();
        Assert.Equal((1, 10), (ledger.Events, ledger.Allocated.Bytes));
    }

    [Fact]
    public void A_second_flush_changes_nothing()
    {
        var ledger = new Story().Take(1, 10).End();
        ledger.Flush();

        Assert.Single(ledger.Steps);
        Assert.Equal((1, 10), (ledger.Events, ledger.Allocated.Bytes));
    }

    [Fact]
    public void The_largest_reserve_is_kept()
    {
        var ledger = new Story().Take(1, 10, reserved: 512).Take(2, 10, reserved: 2048).Take(3, 10, reserved: 1024).End();

        Assert.Equal(2048, ledger.ReservedPeak.Bytes);
    }

    private static (long Total, long Weights, long Cache, long Activations, long Logits) Owners(PeakMoment peak) => (
        peak.Size.Bytes, peak.Account[Part.Weights]!.Value.Bytes, peak.Account[Part.KvCache]!.Value.Bytes,
        peak.Account[Part.Activations]!.Value.Bytes, peak.Account[Part.Logits]!.Value.Bytes);
}
