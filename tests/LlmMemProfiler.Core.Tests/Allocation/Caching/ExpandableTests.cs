using LlmMemProfiler.Core.Allocation.Caching;
using static LlmMemProfiler.Core.Tests.Allocation.Caching.Example;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

/// <summary>expandable_segments: one range a pool, mapped by pages.</summary>
public class ExpandableTests
{
    private static readonly AllocatorSettings Expandable = new() { ExpandableSegments = true };

    [Fact]
    public void A_range_grows_by_pages_of_2_or_20_MiB() =>
        new Example(Expandable).Take(1, MiB).Take(2, MiB).Take(3, MiB).Take(4, 15 * MiB).Take(5, 15 * MiB)
            .Holds("40 MiB large: #4 15 MiB, #5 15 MiB, free 10 MiB", "4 MiB small: #1 1 MiB, #2 1 MiB, #3 1 MiB, free 1 MiB");

    [Fact]
    public void Large_blocks_are_split_from_512_bytes_on() =>
        new Example(Expandable).Take(1, 11 * MiB).Take(2, (9 * MiB) - 512)
            .Holds("20 MiB large: #1 11 MiB, #2 9436672 B, free 512 B");

    [Fact]
    public void The_free_end_of_a_range_is_part_of_what_grows() =>
        new Example(Expandable).Take(1, 15 * MiB).Take(2, 100 * MiB).Holds("120 MiB large: #1 15 MiB, #2 100 MiB, free 5 MiB");

    [Fact]
    public void A_larger_block_that_cannot_grow_is_better_than_the_range_s_end() =>
        new Example(Expandable).Take(1, 6 * MiB).Take(2, 9 * MiB).Free(1).Take(3, 4 * MiB)
            .Holds("20 MiB large: #3 4 MiB, free 2 MiB, #2 9 MiB, free 5 MiB");

    [Fact]
    public void Emptying_the_cache_unmaps_whole_pages_and_leaves_the_rest_free()
    {
        var example = new Example(Expandable).Take(1, 5 * MiB).Take(2, 50 * MiB).Take(3, 20 * MiB).Free(2).EmptyCache();

        // 5 | 50 free | 20 | 5 free: only the page from 20 to 40 is wholly free.
        example.Holds("20 MiB large: #1 5 MiB, free 15 MiB", "40 MiB large: free 15 MiB, #3 20 MiB, free 5 MiB");
        example.Take(4, 30 * MiB).Holds("80 MiB large: #1 5 MiB, #4 30 MiB, free 20 MiB, #3 20 MiB, free 5 MiB");
    }

    [Fact]
    public void A_range_without_pages_is_given_back()
    {
        var example = new Example(Expandable).Take(1, 50 * MiB).Free(1).EmptyCache();

        example.Holds();
        Assert.Equal(0, example.Allocator.Levels.Reserved.Bytes);
        example.Take(2, MiB).Holds("2 MiB small: #2 1 MiB, free 1 MiB");
    }

    [Fact]
    public void Only_the_pages_that_are_missing_are_held_against_the_device() =>
        Assert.Null(new Example(Expandable with { Capacity = new(60 * MiB) }).Take(1, 15 * MiB).Take(2, 45 * MiB).Refusal);

    [Fact]
    public void A_memory_fraction_is_held_against_the_whole_segment() =>
        Assert.NotNull(new Example(Expandable with { Limit = new(60 * MiB) }).Take(1, 15 * MiB).Take(2, 45 * MiB).Refusal);

    [Fact]
    public void The_refusal_of_a_page_is_out_of_memory()
    {
        var example = new Example(Expandable with { Capacity = new(50 * MiB) }).Take(1, 15 * MiB).Take(2, 45 * MiB);

        example.Holds("20 MiB large: #1 15 MiB, free 5 MiB");
        Assert.Equal((46 * MiB, 1), (example.Refusal!.Segment.Bytes, example.Allocator.Retries));
    }

    /// <summary>Between two gaps lies a free block: the first gap is mapped before the second one is refused.</summary>
    [Fact]
    public void Pages_of_a_try_that_fails_halfway_count_in_the_peak()
    {
        // Page 0 is unmapped, 1 to 3 are mapped and free; six pages have addresses, five can be had.
        var example = new Example(Expandable with { Capacity = new(100 * MiB) })
            .Take(1, 20 * MiB).Take(2, 20 * MiB).Free(1).EmptyCache().Take(3, 40 * MiB).Free(2, 3);
        Assert.Equal(60 * MiB, example.Allocator.ReservedPeak.Levels.Reserved.Bytes);

        example.Take(4, 110 * MiB);

        Assert.NotNull(example.Refusal);
        Assert.Equal(80 * MiB, example.Allocator.ReservedPeak.Levels.Reserved.Bytes);
        Assert.Equal(0, example.Allocator.Levels.Reserved.Bytes);
    }
}
