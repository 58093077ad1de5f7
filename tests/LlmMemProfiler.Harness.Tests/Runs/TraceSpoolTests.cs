using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Harness.Runs;

namespace LlmMemProfiler.Harness.Tests.Runs;

public class TraceSpoolTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1024)]
    [InlineData(5000)]
    public void What_went_in_comes_out_in_order_and_more_than_once(int count)
    {
        using var spool = TraceSpool.Open();
        var events = Enumerable.Range(0, count).Select(Event).ToArray();
        foreach (var e in events)
            spool.Add(e);

        Assert.Equal(events, spool);
        Assert.Equal(events, spool);
        Assert.Null(spool.Fault);
    }

    [Fact]
    public void Where_no_folder_can_be_written_memory_serves()
    {
        using var spool = TraceSpool.Open("/nonexistent");
        var events = Enumerable.Range(0, 3000).Select(Event).ToArray();
        foreach (var e in events)
            spool.Add(e);

        Assert.Equal(events, spool);
        Assert.Null(spool.Fault);
    }

    [Fact]
    public void A_disk_that_is_full_ends_the_trace_and_not_the_run()
    {
        using var spool = new TraceSpool(new FullDisk());
        for (var i = 0; i < 3000; i++)
            spool.Add(Event(i));

        Assert.Contains("no space", spool.Fault, StringComparison.Ordinal);
    }

    private static AllocationEvent Event(int i) =>
        new((ulong)i * 64, i % 2 == 0 ? i + 1 : -i, Tag.Of(Phase.Decode, i, i % 7, Part.Logits, Operation.Linear, (uint)i), i * 3L, i * 5L);

    private sealed class FullDisk : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("no space left");
    }
}
