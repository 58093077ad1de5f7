using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Caching;
using static LlmMemProfiler.Core.Tests.Allocation.Caching.Example;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

public class OutOfMemoryTests
{
    private static AllocatorSettings Device(long mib) => new() { Capacity = new(mib * MiB) };

    [Fact]
    public void The_last_byte_of_the_device_can_be_taken() =>
        Assert.Null(new Example(Device(22)).Take(1, 20 * MiB).Take(2, KiB).Refusal);

    [Fact]
    public void What_is_wholly_free_in_both_pools_is_given_back_for_a_second_try()
    {
        var example = new Example(Device(24)).Take(1, KiB).Take(2, 20 * MiB).Free(1, 2).Take(3, 24 * MiB);

        example.Holds("24 MiB large: #3 24 MiB");
        Assert.Null(example.Refusal);
        Assert.Equal(1, example.Allocator.Retries);
        Assert.Equal(24 * MiB, example.Allocator.ReservedPeak.Levels.Reserved.Bytes);
    }

    [Fact]
    public void A_split_segment_is_not_given_back()
    {
        var example = new Example(Device(21)).Take(1, 2 * MiB).Take(2, 2 * MiB).Free(1).Take(3, KiB);

        var refusal = example.Refusal!;
        example.Holds("20 MiB large: free 2 MiB, #2 2 MiB, free 16 MiB");
        Assert.Equal((KiB, 2 * MiB), (refusal.Requested.Bytes, refusal.Segment.Bytes));
        Assert.Equal((2 * MiB, 20 * MiB), (refusal.Levels.Allocated.Bytes, refusal.Levels.Reserved.Bytes));
        Assert.Equal(1, example.Allocator.Retries);
    }

    [Fact]
    public void The_refusal_says_what_it_tried_to_take() => Assert.Equal(
        "out of memory in init (weights): tried to allocate 20.00 MiB for a request of 1.50 MiB; 2.00 MiB reserved, 1.00 KiB of it allocated",
        new Example(Device(10)).Take(1, KiB).Take(2, 1536 * KiB).Refusal!.ToString());

    [Fact]
    public void After_a_refusal_the_allocator_goes_on_and_the_refused_id_is_free()
    {
        var example = new Example(Device(2)).Take(1, 2 * MiB).Take(1, KiB);

        example.Holds("2 MiB small: #1 1 KiB, free 2047 KiB");
        Assert.Equal(2 * MiB, example.Allocator.OutOfMemory!.Requested.Bytes);
    }

    [Fact]
    public void A_stream_of_events_ends_with_the_first_refusal()
    {
        var allocator = new CachingAllocator(Device(2));
        foreach (var (block, size) in new[] { (1UL, KiB), (2UL, 2 * MiB), (3UL, KiB), (2UL, -2 * MiB) })
            allocator.Add(new(block, size, default));

        Assert.Equal(KiB, allocator.Levels.Requested.Bytes);
        Assert.Equal(2 * MiB, allocator.OutOfMemory!.Requested.Bytes);
    }

    [Fact]
    public void A_memory_fraction_bounds_what_is_held()
    {
        var example = new Example(new() { Limit = new(22 * MiB) }).Take(1, 20 * MiB).Take(2, KiB);
        Assert.Null(example.Refusal);
        Assert.NotNull(example.Take(3, 2 * MiB).Refusal);
    }

    [Fact]
    public void A_block_is_neither_taken_twice_nor_freed_without_being_taken()
    {
        var allocator = new Example().Take(0xab, 10).Allocator;

        Contradicts("block ab is allocated twice", () => allocator.Allocate(0xab, 10, Start));
        Contradicts("block cd is freed in init (weights), but was never allocated", () => allocator.Free(0xcd, Start));
        Contradicts("block ab of 10 bytes is freed as 9 bytes", () => allocator.Add(new(0xab, -9, default)));
        allocator.Add(new(0xab, -10, default));
        Contradicts("never allocated", () => allocator.Free(0xab));
        Assert.Equal(0, allocator.Levels.Requested.Bytes);
    }

    private static void Contradicts(string naming, Action lines) =>
        Assert.Contains(naming, Assert.Throws<TraceException>(lines).Message, StringComparison.Ordinal);
}
