using LlmMemProfiler.Device.Hook;

namespace LlmMemProfiler.Device.Tests.Hook;

public class BlindnessTests
{
    [Fact]
    public void The_variable_that_hides_allocations_is_named() =>
        Assert.Equal(
            "libtorch reported none of its allocations, since PYTORCH_NO_CUDA_MEMORY_CACHING=1 bypasses the allocator that reports them; unset it",
            Blindness.Reason(name => name == "PYTORCH_NO_CUDA_MEMORY_CACHING" ? "1" : null));

    [Theory]
    [InlineData("PYTORCH_CUDA_ALLOC_CONF", "backend:cudaMallocAsync")]
    [InlineData("PYTORCH_ALLOC_CONF", "expandable_segments:False, backend: cudaMallocAsync")]
    public void The_backend_that_reports_none_is_named(string variable, string text) =>
        Assert.Equal(
            $"libtorch reported none of its allocations, since {variable} sets backend:cudaMallocAsync, which reports none; unset it",
            Blindness.Reason(name => name == variable ? text : null));

    [Fact]
    public void Without_it_the_cause_is_not_made_up() =>
        Assert.DoesNotContain("PYTORCH_NO_CUDA", Blindness.Reason(_ => null), StringComparison.Ordinal);
}
