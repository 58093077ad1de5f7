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
        spool.Complete();

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
        spool.Complete();

        Assert.Equal(events, spool);
        Assert.Null(spool.Fault);
    }

    [Fact]
    public void A_disk_that_is_full_ends_the_trace_and_not_the_run()
    {
        using var spool = new TraceSpool(new FullDisk(NoSpace));
        for (var i = 0; i < 3000; i++)
            spool.Add(Event(i));

        Assert.Contains("no space", spool.Fault, StringComparison.Ordinal);
    }

    /// <summary>.NET knows no name for EFBIG, and finds an argument out of range.</summary>
    [Fact]
    public void A_limit_on_the_size_of_files_is_a_disk_that_is_full()
    {
        using var spool = new TraceSpool(new FullDisk(new ArgumentOutOfRangeException("value")));
        for (var i = 0; i < 3000; i++)
            spool.Add(Event(i));

        Assert.Equal("the trace could not be written (File too large)", spool.Fault);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "no space")]
    [InlineData(1023, "no space")]
    public void A_disk_that_is_full_at_the_last_flush_is_known_before_anything_is_read(int count, string? fault)
    {
        using var spool = new TraceSpool(new FullDisk(count > 0 ? NoSpace : null));
        for (var i = 0; i < count; i++)
            spool.Add(Event(i));
        Assert.Null(spool.Fault);
        if (count > 0)
            Assert.Throws<InvalidOperationException>(() => spool.Count());

        spool.Complete();
        Assert.Equal(fault is not null, spool.Fault?.Contains(fault!, StringComparison.Ordinal) == true);
    }

    [Fact]
    public void What_was_cut_short_is_no_trace()
    {
        var file = new MemoryStream();
        using var spool = new TraceSpool(file);
        for (var i = 0; i < 2048; i++)
            spool.Add(Event(i));
        file.SetLength(file.Length - 1);
        spool.Complete();

        Assert.Contains("shorter", spool.Fault, StringComparison.Ordinal);
    }

    private static AllocationEvent Event(int i) =>
        new((ulong)i * 64, i % 2 == 0 ? i + 1 : -i, Tag.Of(Phase.Decode, i, i % 7, Part.Logits, Operation.Linear, (uint)i), i * 3L, i * 5L);

    private static IOException NoSpace => new("no space left");

    private sealed class FullDisk(Exception? fault) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (fault is not null)
                throw fault;
            base.Write(buffer);
        }
    }
}
