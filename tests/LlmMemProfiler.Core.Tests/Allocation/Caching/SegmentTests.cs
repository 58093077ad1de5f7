using static LlmMemProfiler.Core.Tests.Allocation.Caching.Example;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

/// <summary>What is asked of the driver for a first request, and how much of it the request takes.</summary>
public class SegmentTests
{
    [Theory]
    [InlineData(1, 512)]
    [InlineData(512, 512)]
    [InlineData(513, 1024)]
    [InlineData(100_000, 100_352)]
    public void Requests_are_rounded_up_to_512_bytes(long request, long block)
    {
        var allocator = new Example().Take(1, request).Allocator;

        Assert.Equal((request, block), (allocator.Levels.Requested.Bytes, allocator.Levels.Allocated.Bytes));
        Assert.Equal((block - request, (2 * MiB) - block), (allocator.Levels.Rounding.Bytes, allocator.Levels.Slack.Bytes));
    }

    [Fact]
    public void Up_to_one_MiB_a_request_is_small() => new Example().Take(1, MiB).Holds("2 MiB small: #1 1 MiB, free 1 MiB");

    [Fact]
    public void Rounding_comes_before_the_choice_of_the_pool() =>
        new Example().Take(1, MiB - 511).Take(2, MiB + 1)
            .Holds("2 MiB small: #1 1 MiB, free 1 MiB", "20 MiB large: #2 1049088 B, free 19922432 B");

    [Fact]
    public void Below_ten_MiB_a_segment_has_twenty() =>
        new Example().Take(1, (10 * MiB) - 512).Holds("20 MiB large: #1 10485248 B, free 10486272 B");

    [Fact]
    public void From_ten_MiB_on_a_segment_is_made_to_measure() =>
        new Example().Take(1, 10 * MiB).Take(2, (10 * MiB) + 1).Take(3, 100 * MiB)
            .Holds("10 MiB large: #1 10 MiB", "12 MiB large: #2 10486272 B, free 2096640 B", "100 MiB large: #3 100 MiB");

    [Fact]
    public void Nothing_but_a_positive_size_can_be_asked_for()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Example().Take(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Example().Take(1, -1));
    }

    [Fact]
    public void A_size_that_cannot_be_rounded_is_an_overflow_and_changes_nothing()
    {
        var example = new Example().Take(1, MiB);

        Assert.Throws<OverflowException>(() => example.Take(2, long.MaxValue));
        Assert.Throws<OverflowException>(() => example.Take(2, long.MaxValue - 511));
        example.Take(2, MiB).Holds("2 MiB small: #1 1 MiB, #2 1 MiB");
    }

    [Fact]
    public void Addresses_that_run_out_are_out_of_memory()
    {
        var example = new Example().Take(1, 1L << 61).Take(2, 1L << 61).Take(3, 1L << 62);

        Assert.NotNull(example.Refusal);
        Assert.Equal((1L << 61, 1L << 61), (example.Allocator.Levels.Reserved.Bytes, example.Allocator.Levels.Requested.Bytes));
    }
}
