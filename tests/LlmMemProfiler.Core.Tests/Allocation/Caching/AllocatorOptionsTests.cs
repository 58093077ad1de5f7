using LlmMemProfiler.Core.Allocation.Caching;

namespace LlmMemProfiler.Core.Tests.Allocation.Caching;

/// <summary>Each text was given to libtorch 2.10.0 on a virtual GPU: it ended with signal 6 or 11 at those that are refused here.</summary>
public class AllocatorOptionsTests
{
    private const string Variable = "PYTORCH_CUDA_ALLOC_CONF";

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("expandable_segments:True")]
    [InlineData("expandable_segments:False,")]
    [InlineData("max_split_size_mb: 40")]
    [InlineData("max_split_size_mb:20x")]
    [InlineData("max_split_size_mb:-1")]
    [InlineData("backend:cudaMallocAsync")]
    [InlineData("garbage_collection_threshold:0.5")]
    [InlineData("roundup_power2_divisions:4")]
    [InlineData("roundup_power2_divisions:[256:1,512:2,>:8],backend:native")]
    [InlineData("per_process_memory_fraction:0.5")]
    [InlineData("pinned_num_register_threads:4")]
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
    [InlineData("max_non_split_rounding_mb:10", "must be 20 or more")]
    [InlineData("backend:Native", "backend must be native or cudaMallocAsync")]
    [InlineData("garbage_collection_threshold:1.5", "must be between 0 and 1")]
    [InlineData("per_process_memory_fraction:2", "must be between 0 and 1")]
    [InlineData("roundup_power2_divisions:3", "must be a power of 2")]
    [InlineData("roundup_power2_divisions:0", "must be a power of 2")]
    [InlineData("roundup_power2_divisions:[256:3]", "must be a power of 2")]
    [InlineData("pinned_num_register_threads:3", "must be a power of 2 up to 128")]
    [InlineData("pinned_num_register_threads:256", "must be a power of 2 up to 128")]
    [InlineData("pinned_reserve_segment_size_mb:0", "must be more than 0")]
    [InlineData("throw_on_cudamalloc_oom:True", "known options: backend, ")]
    [InlineData("expandable_segment:True", "did you mean expandable_segments?")]
    public void What_ends_its_process_is_one_line_with_what_would_be_right(string text, string right)
    {
        var message = Assert.ThrowsAny<InputException>(() => Read(text)).Message;
        Assert.StartsWith($"{Variable} contains '", message, StringComparison.Ordinal);
        Assert.Contains("which PyTorch refuses; ", message, StringComparison.Ordinal);
        Assert.Contains(right, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "nonsense:1", true)]
    [InlineData("", "nonsense:1", false)]
    [InlineData("max_split_size_mb:40", "nonsense:1", false)]
    [InlineData("nonsense:1", "", true)]
    public void The_first_variable_that_is_set_counts_even_if_empty(string? first, string? second, bool isRefused)
    {
        string? Of(string name) => name == Variable ? first : name == "PYTORCH_ALLOC_CONF" ? second : null;
        if (isRefused)
            Assert.ThrowsAny<InputException>(() => AllocatorOptions.Read(Of));
        else
            _ = AllocatorOptions.Read(Of);
    }

    [Fact]
    public void Options_keep_their_order_and_values() =>
        Assert.Equal(
            [("roundup_power2_divisions", "[256:1,>:8]"), ("max_split_size_mb", "64")],
            Read("roundup_power2_divisions:[256:1, >:8], max_split_size_mb:64"));

    private static IReadOnlyList<(string Key, string Value)> Read(string text) => AllocatorOptions.Read(name => name == Variable ? text : null);
}
