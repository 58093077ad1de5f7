using LlmMemProfiler.Core.Gpus;

namespace LlmMemProfiler.Core.Tests.Gpus;

public class ComputeCapabilityTests
{
    [Theory]
    [InlineData("9")]
    [InlineData("9.0.1")]
    [InlineData("nine.0")]
    [InlineData("-9.0")]
    [InlineData("9.")]
    [InlineData("4.2")]
    [InlineData("99999999999.0")]
    public void A_capability_that_is_none_is_refused(string text) =>
        Assert.StartsWith(
            "gpu 0: compute capability is '",
            Assert.ThrowsAny<InputException>(() => ComputeCapability.Parse(text, "gpu 0")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_range_of_capabilities_includes_its_ends_and_orders_10_0_after_9_0()
    {
        Assert.True(new ComputeCapability(8, 0).IsWithin(new(8, 0), new(12, 1)));
        Assert.True(new ComputeCapability(10, 0).IsWithin(new(8, 0), new(12, 1)));
        Assert.False(new ComputeCapability(7, 5).IsWithin(new(8, 0), new(12, 1)));
        Assert.False(new ComputeCapability(12, 2).IsWithin(new(8, 0), new(12, 1)));
    }
}
