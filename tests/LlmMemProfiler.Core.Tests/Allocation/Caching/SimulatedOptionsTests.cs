using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Units;
using static LlmMemProfiler.Core.Tests.Allocation.Caching.Example;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

/// <summary>What an option's text makes of blocks and segments.</summary>
public class SimulatedOptionsTests
{
    private static readonly ByteSize Total = new(1024 * MiB);

    /// <summary>
    /// 84 and 400 MiB are what PyTorch's own test/test_cuda.py, test_allocator_settings, asks for; the others were asked of libtorch
    /// 2.10.0 on a virtual GPU, that is, on a stand-in for CUDA's runtime.
    /// </summary>
    [Theory]
    [InlineData("roundup_power2_divisions:4", 84 * MiB, 100_663_296)]
    [InlineData("roundup_power2_divisions:[64:8,128:2,256:2,512:2,1024:1,>:1]", 84 * MiB, 92_274_688)]
    [InlineData("roundup_power2_divisions:[64:8,128:2,256:2,512:2,1024:1,>:1]", 400 * MiB, 536_870_912)]
    [InlineData("roundup_power2_divisions:[64:8,128:2,256:2,512:2,1024:1,>:1]", (40 * MiB) + 5, 46_137_344)]
    [InlineData("roundup_power2_divisions:[64:8,128:2,256:2,512:2,1024:1,>:1]", (40 * 1024 * MiB) + 5, 42_949_673_472)]
    [InlineData("roundup_power2_divisions:[64:8,>:2]", 84 * MiB, 92_274_688)]
    [InlineData("roundup_power2_divisions:[64:8,>:2]", 160 * MiB, 201_326_592)]
    [InlineData("roundup_power2_divisions:[256:8]", 84 * MiB, 92_274_688)]
    [InlineData("roundup_power2_divisions:[256:8]", 5000, 5120)]
    [InlineData("roundup_power2_divisions:[512:2,256:4]", 5000, 6144)]
    [InlineData("roundup_power2_divisions:[512:2,256:4]", 400 * MiB, 469_762_048)]
    [InlineData("roundup_power2_divisions:[512:2,256:4]", (40 * 1024 * MiB) + 5, 42_949_673_472)]
    [InlineData("roundup_power2_divisions:[>:2]", 5000, 5120)]
    [InlineData("roundup_power2_divisions:[>:2]", 84 * MiB, 100_663_296)]
    [InlineData("roundup_power2_divisions:[1048576:2]", (40 * 1024 * MiB) + 5, 51_539_607_552)]
    [InlineData("roundup_power2_divisions:4,roundup_power2_divisions:[64:8]", 84 * MiB, 92_274_688)]
    [InlineData("roundup_power2_divisions:4,roundup_power2_divisions:[64:8]", 400 * MiB, 469_762_048)]
    [InlineData("roundup_power2_divisions:1", 84 * MiB, 84 * MiB)]
    public void Requests_are_rounded_up_to_parts_of_powers_of_2(string text, long request, long allocated) =>
        Assert.Equal(allocated, new Example(Settings(text)).Take(1, request).Allocator.Levels.Allocated.Bytes);

    /// <summary>By hand: of 100 MiB that are allowed, half may be held; each of the two free segments has waited for one search.</summary>
    [Fact]
    public void Above_the_threshold_what_has_long_been_free_goes_before_anything_new_comes()
    {
        var settings = Settings("per_process_memory_fraction:0.5,garbage_collection_threshold:0.5", new(200 * MiB));
        var example = new Example(settings).Take(1, 30 * MiB).Take(2, 24 * MiB).Free(1, 2).Take(3, 40 * MiB);

        example.Holds("40 MiB large: #3 40 MiB");
        Assert.Equal(0, example.Allocator.Retries);
    }

    /// <summary>The search for 40 MiB is one more for the segment that was freed first, so that one is older than the average.</summary>
    [Fact]
    public void Those_as_old_as_the_average_go_and_younger_ones_stay_if_that_is_enough()
    {
        var settings = Settings("per_process_memory_fraction:0.5,garbage_collection_threshold:0.5", new(200 * MiB));
        new Example(settings).Take(1, 22 * MiB).Take(2, 12 * MiB).Free(1).Take(4, 24 * MiB).Free(2).Take(3, 26 * MiB)
            .Holds("12 MiB large: free 12 MiB", "24 MiB large: #4 24 MiB", "26 MiB large: #3 26 MiB");
    }

    [Fact]
    public void Without_a_fraction_nothing_is_collected() =>
        new Example(Settings("garbage_collection_threshold:0.1", new(200 * MiB))).Take(1, 30 * MiB).Free(1).Take(3, 40 * MiB)
            .Holds("30 MiB large: free 30 MiB", "40 MiB large: #3 40 MiB");

    [Theory]
    [InlineData("per_process_memory_fraction:0.5", 512 * MiB)]
    [InlineData("per_process_memory_fraction:0", 0L)]
    [InlineData("per_process_memory_fraction:1", null)]
    public void A_fraction_is_of_all_of_the_device(string text, long? limit) => Assert.Equal(limit, Settings(text).Limit?.Bytes);

    /// <summary>c10, cuda/CUDACachingAllocator.cpp of 2.11, get_allocation_size and find_expandable_block.</summary>
    [Fact]
    public void A_large_segment_has_the_size_that_was_asked_for()
    {
        var release = new Version(2, 11);
        new Example(Settings("large_segment_size_mb:12", release: release)).Take(1, 5 * MiB).Take(2, 5 * MiB).Take(3, 30 * MiB)
            .Holds("12 MiB large: #1 5 MiB, #2 5 MiB, free 2 MiB", "30 MiB large: #3 30 MiB");
        new Example(Settings("large_segment_size_mb:12,expandable_segments:True", release: release)).Take(1, 5 * MiB).Take(2, 15 * MiB)
            .Holds("24 MiB large: #1 5 MiB, #2 15 MiB, free 4 MiB");
        Assert.Equal(64 * MiB, Settings("large_segment_size_mb:64", release: release).MaxNonSplitRounding.Bytes);
        Assert.Equal(20 * MiB, Settings("").MaxNonSplitRounding.Bytes);
    }

    [Fact]
    public void A_negative_size_is_a_huge_one() =>
        new Example(Settings("max_split_size_mb:-1")).Take(1, 1024 * MiB).Free(1).Take(2, 12 * MiB).Holds("1024 MiB large: #2 12 MiB, free 1012 MiB");

    [Theory]
    [InlineData("pinned_use_cuda_host_register:True,pinned_num_register_threads:8,pinned_use_background_threads:True,pinned_reserve_segment_size_mb:64")]
    [InlineData("release_lock_on_cudamalloc:True,graph_capture_record_stream_reuse:True")]
    [InlineData("backend:native")]
    public void What_concerns_host_memory_locks_and_graphs_changes_no_byte(string text) => Assert.Equal(Settings(""), Settings(text));

    [Theory]
    [InlineData("backend:cudaMallocAsync", "backend:cudaMallocAsync is not simulated")]
    [InlineData("backend:native,backend:cudaMallocAsync", "backend:cudaMallocAsync is not simulated")]
    [InlineData("large_segment_size_mb:25,expandable_segments:True", "no multiple of 2 MiB")]
    [InlineData("per_process_memory_fraction:0.5,throw_on_cudamalloc_oom:True", "throw_on_cudamalloc_oom:True is not simulated together")]
    public void What_is_not_simulated_says_why(string text, string reason)
    {
        var (settings, why) = Of(text, Total, new(2, 12));
        Assert.Null(settings);
        Assert.Contains(reason, why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fraction_of_what_is_not_known_is_not_simulated()
    {
        Assert.Equal("per_process_memory_fraction:0.5 is of memory whose size is not known", Of("per_process_memory_fraction:0.5", null, new(2, 10)).Reason);
        Assert.NotNull(Of("per_process_memory_fraction:1", null, new(2, 10)).Settings);
    }

    private static AllocatorSettings Settings(string text, ByteSize? total = null, Version? release = null) => Of(text, total ?? Total, release ?? new(2, 10)).Settings!;

    private static SimulatedOptions Of(string text, ByteSize? total, Version release) =>
        SimulatedOptions.Of(AllocatorOptions.Read(name => name == "PYTORCH_CUDA_ALLOC_CONF" ? text : null, release), release, total);
}
