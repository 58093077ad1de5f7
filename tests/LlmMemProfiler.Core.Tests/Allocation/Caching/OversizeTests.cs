using LlmMemProfiler.Core.Allocation.Caching;
using static LlmMemProfiler.Core.Tests.Allocation.Caching.Example;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

/// <summary>max_split_size: large cached blocks are kept for large requests.</summary>
public class OversizeTests
{
    private static readonly AllocatorSettings Split32 = new() { MaxSplitSize = new(32 * MiB) };

    [Fact]
    public void An_oversize_block_does_not_serve_a_smaller_request() =>
        new Example(Split32).Take(1, 32 * MiB).Free(1).Take(2, 12 * MiB)
            .Holds("32 MiB large: free 32 MiB", "12 MiB large: #2 12 MiB");

    [Fact]
    public void An_oversize_block_is_never_split() =>
        new Example(Split32).Take(1, 50 * MiB).Free(1).Take(2, 32 * MiB).Holds("50 MiB large: #2 50 MiB");

    [Fact]
    public void An_oversize_request_takes_no_block_that_is_larger_by_twenty_MiB()
    {
        new Example(Split32).Take(1, 52 * MiB).Free(1).Take(2, 32 * MiB)
            .Holds("52 MiB large: free 52 MiB", "32 MiB large: #2 32 MiB");
        new Example(Split32).Take(1, 52 * MiB).Free(1).Take(2, (32 * MiB) + 1).Holds("52 MiB large: #2 52 MiB");
    }

    [Fact]
    public void After_a_refusal_the_smallest_oversize_segment_that_is_enough_goes_first()
    {
        var example = new Example(Split32 with { Capacity = new(160 * MiB) })
            .Take(1, 90 * MiB).Take(2, 60 * MiB).Free(1, 2).Take(3, 12 * MiB);

        example.Holds("90 MiB large: free 90 MiB", "12 MiB large: #3 12 MiB");
        Assert.Equal(0, example.Allocator.Retries);
    }

    [Fact]
    public void Else_the_largest_go_until_it_is_enough()
    {
        var example = new Example(Split32 with { Capacity = new(120 * MiB) })
            .Take(1, 40 * MiB).Take(2, 44 * MiB).Take(3, 36 * MiB).Free(1, 2, 3).Take(4, 80 * MiB);

        example.Holds("36 MiB large: free 36 MiB", "80 MiB large: #4 80 MiB");
        Assert.Equal(0, example.Allocator.Retries);
    }

    [Theory]
    [InlineData(19 * MiB)]
    [InlineData((20 * MiB) + 512)]
    public void Its_bound_is_a_whole_number_of_MiB_from_20_on(long bytes) =>
        Assert.Throws<ArgumentException>(() => new CachingAllocator(new() { MaxSplitSize = new(bytes) }));

    /// <summary>c10, <c>should_split</c> and <c>get_free_block</c>: pages split what they like, but best fit keeps large for large.</summary>
    [Fact]
    public void With_expandable_segments_oversize_blocks_are_split_and_still_serve_no_smaller_request()
    {
        var expandable = Split32 with { ExpandableSegments = true };
        new Example(expandable).Take(1, 50 * MiB).Free(1).Take(2, 45 * MiB).Holds("60 MiB large: #2 45 MiB, free 15 MiB");

        // Best fit refuses the 40 MiB in front; what then grows is the 20 MiB behind.
        new Example(expandable).Take(1, 40 * MiB).Take(2, 20 * MiB).Free(1).Take(3, 12 * MiB)
            .Holds("80 MiB large: free 40 MiB, #2 20 MiB, #3 12 MiB, free 8 MiB");
    }
}
