using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;

namespace LlmMemProfiler.Core.Tests.Allocation;

public class WarmUpBlocksTests
{
    private readonly WarmUpBlocks warmUp = new();
    private readonly AllocationLedger ledger = new();

    [Fact]
    public void A_run_begins_with_the_blocks_that_are_left()
    {
        Add(block: 1, 4096);
        Add(block: 2, 512);
        Add(block: 1, -4096);

        warmUp.CarryOver(ledger);
        ledger.Flush();

        Assert.Equal((512, 2 << 20), (ledger.Allocated.Bytes, ledger.ReservedPeak.Bytes));
    }

    /// <summary>A run that runs out of memory at its first allocation has no event of its own, yet the segments are there.</summary>
    [Fact]
    public void A_run_begins_with_the_segments_also_if_no_block_is_left()
    {
        Add(block: 1, 4096);
        Add(block: 1, -4096);

        warmUp.CarryOver(ledger);
        ledger.Flush();

        Assert.Equal((0, 2 << 20, 2 << 20), (ledger.Allocated.Bytes, ledger.Reserved.Bytes, ledger.ReservedPeak.Bytes));
    }

    private void Add(ulong block, long size) =>
        warmUp.Add(new(block, size, Tag.Of(Phase.Load, 0, null, Part.Weights, Operation.Zeros, 0), Reserved: 2 << 20));
}
