using static LlmMemProfiler.Core.Tests.Allocation.Caching.Example;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

/// <summary>What is split off, which block is taken, and what merges.</summary>
public class SplitTests
{
    [Fact]
    public void In_the_small_pool_a_rest_of_512_bytes_is_split_off() =>
        new Example().Take(1, MiB).Take(2, MiB - 512).Holds("2 MiB small: #1 1 MiB, #2 1048064 B, free 512 B");

    [Fact]
    public void In_the_large_pool_a_rest_of_one_MiB_is_not_worth_it() =>
        new Example().Take(1, 11 * MiB).Holds("12 MiB large: #1 12 MiB");

    [Fact]
    public void In_the_large_pool_more_than_one_MiB_is_split_off() =>
        new Example().Take(1, (11 * MiB) - 512).Holds("12 MiB large: #1 11533824 B, free 1049088 B");

    [Fact]
    public void What_is_not_split_off_counts_as_allocated()
    {
        var allocator = new Example().Take(1, (11 * MiB) + (300 * KiB)).Allocator;

        Assert.Equal((12 * MiB, 12 * MiB), (allocator.Levels.Allocated.Bytes, allocator.Levels.Reserved.Bytes));
        Assert.Equal(724 * KiB, allocator.Levels.Rounding.Bytes);
    }

    [Fact]
    public void A_large_cached_block_serves_a_much_smaller_request() =>
        new Example().Take(1, 1024 * MiB).Free(1).Take(2, 12 * MiB).Holds("1024 MiB large: #2 12 MiB, free 1012 MiB");

    [Fact]
    public void The_smallest_block_that_is_large_enough_is_taken() =>
        new Example().Take(1, 30 * MiB).Take(2, 14 * MiB).Take(3, 12 * MiB).Free(1, 2, 3).Take(4, 13 * MiB)
            .Holds("30 MiB large: free 30 MiB", "14 MiB large: #4 14 MiB", "12 MiB large: free 12 MiB");

    /// <summary>A driver's addresses rise while a gap lasts that kernels left, and then fall.</summary>
    [Fact]
    public void Of_blocks_of_equal_size_the_one_with_the_lowest_address_is_taken()
    {
        Fill(new Example().Take(8, 18 * MiB))
            .Holds("18 MiB large: #8 18 MiB", "18 MiB large: #1 18 MiB", "18 MiB large: #4 18 MiB", "18 MiB large: free 18 MiB");
        Fill(new Example().Take(8, 18 * MiB).Take(9, 360 * MiB))
            .Holds("18 MiB large: #8 18 MiB", "360 MiB large: #9 360 MiB", "18 MiB large: #1 18 MiB", "18 MiB large: #4 18 MiB", "18 MiB large: free 18 MiB");
        Fill(new Example().Take(8, 18 * MiB).Take(9, 340 * MiB).Take(10, 20 * MiB))
            .Holds(
                "18 MiB large: #8 18 MiB", "340 MiB large: #9 340 MiB", "20 MiB large: #10 20 MiB", "18 MiB large: #1 18 MiB",
                "18 MiB large: free 18 MiB", "18 MiB large: #4 18 MiB");
        Fill(new Example(new() { RisingAddresses = true }).Take(8, 18 * MiB).Take(9, 340 * MiB))
            .Holds("18 MiB large: #8 18 MiB", "340 MiB large: #9 340 MiB", "18 MiB large: #1 18 MiB", "18 MiB large: #4 18 MiB", "18 MiB large: free 18 MiB");

        static Example Fill(Example example) => example.Take(1, 18 * MiB).Take(2, 18 * MiB).Take(3, 18 * MiB).Free(3, 2).Take(4, 18 * MiB);
    }

    [Fact]
    public void A_pool_never_serves_the_other_ones_requests() =>
        new Example().Take(1, 19 * MiB).Free(1).Take(2, KiB).Take(3, MiB)
            .Holds("20 MiB large: free 20 MiB", "2 MiB small: #2 1 KiB, #3 1 MiB, free 1023 KiB");

    [Fact]
    public void A_freed_block_merges_with_the_free_blocks_on_both_sides()
    {
        var example = new Example().Take(1, KiB).Take(2, KiB).Take(3, KiB).Take(4, KiB);

        example.Free(1).Holds("2 MiB small: free 1 KiB, #2 1 KiB, #3 1 KiB, #4 1 KiB, free 2044 KiB");
        example.Free(3).Holds("2 MiB small: free 1 KiB, #2 1 KiB, free 1 KiB, #4 1 KiB, free 2044 KiB");
        example.Free(2).Holds("2 MiB small: free 3 KiB, #4 1 KiB, free 2044 KiB");
        example.Free(4).Holds("2 MiB small: free 2 MiB");
    }

    [Fact]
    public void Blocks_of_neighbouring_segments_do_not_merge() =>
        new Example().Take(1, 10 * MiB).Take(2, 10 * MiB).Free(1, 2).Take(3, 20 * MiB)
            .Holds("10 MiB large: free 10 MiB", "10 MiB large: free 10 MiB", "20 MiB large: #3 20 MiB");

    [Fact]
    public void Emptying_the_cache_gives_back_only_segments_that_are_wholly_free()
    {
        var example = new Example().Take(1, KiB).Take(2, 10 * MiB).Take(3, 2 * MiB).Take(4, 2 * MiB).Free(2, 3).EmptyCache();

        example.Holds("2 MiB small: #1 1 KiB, free 2047 KiB", "20 MiB large: free 2 MiB, #4 2 MiB, free 16 MiB");
        example.Free(1, 4).EmptyCache().Holds();
        Assert.Equal(0, example.Allocator.Levels.Reserved.Bytes);
    }
}
