using LlmMemProfiler.Core.Allocation.Caching;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

/// <summary>
/// Each text was given to libtorch 2.10.0 on a virtual GPU, that is, on a stand-in for CUDA's runtime: it took the ones and threw at
/// the others. What other releases do is read in their source.
/// </summary>
public class AllocatorOptionsTests
{
    private const string Variable = "PYTORCH_CUDA_ALLOC_CONF", Hip = "PYTORCH_HIP_ALLOC_CONF", General = "PYTORCH_ALLOC_CONF";
    private static readonly Version Seen = new(2, 10);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("expandable_segments:True")]
    [InlineData("expandable_segments:False,")]
    [InlineData("max_split_size_mb: 40")]
    [InlineData("max_split_size_mb:20x")]
    [InlineData("max_split_size_mb:-1")]
    [InlineData("max_split_size_mb:+40")]
    [InlineData("max_split_size_mb:20.5")]
    [InlineData("max_split_size_mb:3000000000")]
    [InlineData("max_split_size_mb:\t40")]
    [InlineData("max_split_size_mb:40,max_split_size_mb:64")]
    [InlineData("max_split_size_mb:40,expandable_segments:True")]
    [InlineData("max_non_split_rounding_mb:20")]
    [InlineData("expandable_segments:True]")]
    [InlineData("backend:cudaMallocAsync")]
    [InlineData("garbage_collection_threshold:0.5")]
    [InlineData("garbage_collection_threshold:.5x")]
    [InlineData("garbage_collection_threshold:5e-1")]
    [InlineData("roundup_power2_divisions:4")]
    [InlineData("roundup_power2_divisions:4x")]
    [InlineData("roundup_power2_divisions:[]")]
    [InlineData("roundup_power2_divisions:[>:2]")]
    [InlineData("roundup_power2_divisions:[256:0]")]
    [InlineData("roundup_power2_divisions:[256:2,]")]
    [InlineData("roundup_power2_divisions:[256:2]x")]
    [InlineData("roundup_power2_divisions:[512:2,256:4]")]
    [InlineData("roundup_power2_divisions:[1048576:2]")]
    [InlineData("roundup_power2_divisions:[256:1,512:2,>:8],backend:native")]
    [InlineData("per_process_memory_fraction:0.5")]
    [InlineData("per_process_memory_fraction:0")]
    [InlineData("per_process_memory_fraction:1.0")]
    [InlineData("pinned_num_register_threads:4")]
    [InlineData("pinned_num_register_threads:128")]
    [InlineData("pinned_reserve_segment_size_mb:1")]
    [InlineData("pinned_use_background_threads:True")]
    [InlineData("pinned_use_cuda_host_register:True,pinned_use_hip_host_register:False")]
    [InlineData("release_lock_on_cudamalloc:True,release_lock_on_hipmalloc:False")]
    [InlineData("graph_capture_record_stream_reuse:True")]
    public void What_PyTorch_takes_is_taken(string text) => _ = Read(text);

    [Theory]
    [InlineData("expandable_segments:true", "expandable_segments must be True or False")]
    [InlineData("expandable_segments", "expected options 'name:value'")]
    [InlineData("expandable_segments=True", "expected options 'name:value'")]
    [InlineData("expandable_segments:True:False", "expected options 'name:value'")]
    [InlineData(",expandable_segments:True", "expected options 'name:value'")]
    [InlineData("expandable_segments:True,,max_split_size_mb:40", "expected options 'name:value'")]
    [InlineData("max_split_size_mb:19", "max_split_size_mb must be 20 or more")]
    [InlineData("max_split_size_mb:abc", "max_split_size_mb must be 20 or more")]
    [InlineData("max_split_size_mb:[40]", "max_split_size_mb must be 20 or more")]
    [InlineData("max_split_size_mb:20000000000000000000", "max_split_size_mb must be 20 or more")]
    [InlineData("max_split_size_mb:", "expected options 'name:value'")]
    [InlineData("expandable_segments:True max_split_size_mb:40", "expandable_segments must be True or False")]
    [InlineData("expandable_segments:[True]", "expandable_segments must be True or False")]
    [InlineData("[", "expected options 'name:value'")]
    [InlineData(",", "expected options 'name:value'")]
    [InlineData("max_non_split_rounding_mb:10", "must be 20 or more")]
    [InlineData("backend:Native", "backend must be native or cudaMallocAsync")]
    [InlineData("backend:hipMallocAsync", "backend must be native or cudaMallocAsync")]
    [InlineData("garbage_collection_threshold:1.5", "must be between 0 and 1")]
    [InlineData("garbage_collection_threshold:1", "must be between 0 and 1")]
    [InlineData("garbage_collection_threshold:0", "must be between 0 and 1")]
    [InlineData("garbage_collection_threshold:nan", "must be between 0 and 1")]
    [InlineData("garbage_collection_threshold:1e-999", "must be between 0 and 1")]
    [InlineData("per_process_memory_fraction:-0.1", "must be between 0 and 1")]
    [InlineData("per_process_memory_fraction:abc", "must be between 0 and 1")]
    [InlineData("per_process_memory_fraction:0x20", "must be between 0 and 1")]
    [InlineData("per_process_memory_fraction:2", "must be between 0 and 1")]
    [InlineData("roundup_power2_divisions:3", "must be a power of 2")]
    [InlineData("roundup_power2_divisions:0", "must be a power of 2")]
    [InlineData("roundup_power2_divisions:-4", "must be a power of 2")]
    [InlineData("roundup_power2_divisions:[256:3]", "must be a power of 2")]
    [InlineData("roundup_power2_divisions:[255:2]", "must be a power of 2")]
    [InlineData("roundup_power2_divisions:[0:2]", "must be a power of 2")]
    [InlineData("roundup_power2_divisions:[abc:2]", "must be a power of 2")]
    [InlineData("roundup_power2_divisions:[256]", "expected options 'name:value'")]
    [InlineData("roundup_power2_divisions:[256:2", "expected options 'name:value'")]
    [InlineData("roundup_power2_divisions:[256:2;512:4]", "expected options 'name:value'")]
    [InlineData("roundup_power2_divisions:256:1", "expected options 'name:value'")]
    [InlineData("release_lock_on_cudamalloc:none", "must be True or False")]
    [InlineData("pinned_use_cuda_host_register:none", "must be True or False")]
    [InlineData("pinned_num_register_threads:none", "must be a power of 2 up to 128")]
    [InlineData("graph_capture_record_stream_reuse:1", "must be True or False")]
    [InlineData("pinned_num_register_threads:3", "must be a power of 2 up to 128")]
    [InlineData("pinned_num_register_threads:256", "must be a power of 2 up to 128")]
    [InlineData("pinned_reserve_segment_size_mb:0", "must be more than 0")]
    [InlineData("throw_on_cudamalloc_oom:True", "this one came with 2.12")]
    [InlineData("large_segment_size_mb:20", "this one came with 2.11")]
    [InlineData("something:True", "known options: backend, ")]
    [InlineData("expandable_segment:True", "did you mean expandable_segments?")]
    public void What_ends_its_process_is_one_line_with_what_would_be_right(string text, string right)
    {
        var message = Assert.ThrowsAny<InputException>(() => Read(text)).Message;
        Assert.StartsWith($"{Variable} contains '", message, StringComparison.Ordinal);
        Assert.Matches("which PyTorch( 2.10)? refuses; ", message);
        Assert.Contains(right, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, "nonsense:1", true)]
    [InlineData("", null, "nonsense:1", false)]
    [InlineData("max_split_size_mb:40", null, "nonsense:1", false)]
    [InlineData("nonsense:1", null, "", true)]
    [InlineData(null, "nonsense:1", "", true)]
    [InlineData("", "nonsense:1", "", false)]
    [InlineData(null, "", "max_split_size_mb:2", false)]
    [InlineData(null, "max_split_size_mb:2", null, true)]
    public void The_first_variable_that_is_set_counts_even_if_empty(string? cuda, string? hip, string? general, bool isRefused)
    {
        if (isRefused)
            Assert.ThrowsAny<InputException>(() => AllocatorOptions.Read(Of(cuda, hip, general), Seen));
        else
            Assert.DoesNotContain(("nonsense", "1"), AllocatorOptions.Read(Of(cuda, hip, general), Seen));
    }

    /// <summary>Issue 183387 of PyTorch: 2.9.1 ignores the general one.</summary>
    [Theory]
    [InlineData(8, false)]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(12, true)]
    public void Up_to_2_9_only_CUDAs_variable_counts(int minor, bool counts)
    {
        foreach (var (hip, general) in new[] { ("max_split_size_mb:40", (string?)null), (null, "max_split_size_mb:40") })
            Assert.Equal(counts ? 1 : 0, AllocatorOptions.Read(Of(null, hip, general), new(2, minor)).Count);
        Assert.Single(AllocatorOptions.Read(Of("max_split_size_mb:40", null, null), new(2, minor)));
    }

    /// <summary>Seen with 2.10.0: with HIP's variable alone, a fraction of 0 refused no allocation, and a wrong backend was not noticed.</summary>
    [Fact]
    public void HIPs_variable_has_no_say_in_options_of_CUDAs_own()
    {
        Assert.Empty(AllocatorOptions.Read(Of(null, "per_process_memory_fraction:0,backend:other", null), Seen));
        Assert.Equal(
            [("roundup_power2_divisions", "4"), ("per_process_memory_fraction", "0")],
            AllocatorOptions.Read(Of(null, "roundup_power2_divisions:4", "per_process_memory_fraction:0,roundup_power2_divisions:8"), Seen));
        var message = Assert.ThrowsAny<InputException>(() => AllocatorOptions.Read(Of(null, "", "foo:1"), Seen)).Message;
        Assert.StartsWith("PYTORCH_ALLOC_CONF contains 'foo', which PyTorch refuses", message, StringComparison.Ordinal);
    }

    /// <summary>First releases as their notes tell them; a separator that is none and an int that is too large throw up to 2.9.</summary>
    [Theory]
    [InlineData("graph_capture_record_stream_reuse:True", 9)]
    [InlineData("per_process_memory_fraction:0.5", 10)]
    [InlineData("pinned_reserve_segment_size_mb:64", 10)]
    [InlineData("max_split_size_mb:3000000000", 10)]
    [InlineData("expandable_segments:True]", 10)]
    [InlineData("large_segment_size_mb:12", 11)]
    [InlineData("large_segment_size_mb:12,max_split_size_mb:16", 11)]
    [InlineData("throw_on_cudamalloc_oom:True", 12)]
    public void Releases_differ_in_what_they_take(string text, int since)
    {
        for (var minor = 8; minor <= 12; minor++)
        {
            var release = new Version(2, minor);
            if (minor < since)
                Assert.ThrowsAny<InputException>(() => AllocatorOptions.Read(Of(text, null, null), release));
            else
                Assert.NotEmpty(AllocatorOptions.Read(Of(text, null, null), release));
        }
    }

    /// <summary>c10, core/AllocatorConfig.cpp: it is read before the others, which must not be smaller.</summary>
    [Theory]
    [InlineData("large_segment_size_mb:10", "large_segment_size_mb must be more than 10")]
    [InlineData("max_split_size_mb:32,large_segment_size_mb:64", "max_split_size_mb must be 64 or more")]
    [InlineData("large_segment_size_mb:64,max_non_split_rounding_mb:32", "max_non_split_rounding_mb must be 64 or more")]
    public void A_large_segment_bounds_others_wherever_it_stands(string text, string right) =>
        Assert.EndsWith(right, Assert.ThrowsAny<InputException>(() => AllocatorOptions.Read(Of(text, null, null), new(2, 11))).Message, StringComparison.Ordinal);

    [Fact]
    public void Options_keep_their_order_and_values() =>
        Assert.Equal(
            [("roundup_power2_divisions", "[256:1,>:8]"), ("max_split_size_mb", "64")],
            Read("roundup_power2_divisions:[256:1, >:8], max_split_size_mb:64"));

    private static Func<string, string?> Of(string? cuda, string? hip, string? general) =>
        name => name == Variable ? cuda : name == Hip ? hip : name == General ? general : null;

    private static IReadOnlyList<(string Key, string Value)> Read(string text) => AllocatorOptions.Read(Of(text, null, null), Seen);
}
