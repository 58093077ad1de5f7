using LlmMemProfiler.Harness.Sweeps;

namespace LlmMemProfiler.Harness.Tests.Sweeps;

public sealed class TimeLeftTests
{
    /// <summary>100 s are expected; the first 10 s count for as much as what was seen.</summary>
    [Theory]
    [InlineData(0, 0, 100)]
    [InlineData(50, 50, 50)]
    [InlineData(50, 110, 100)]
    [InlineData(100, 300, 0)]
    public void The_rest_takes_as_much_longer_than_expected_as_the_beginning_did(int done, int elapsed, int left)
    {
        var rest = new TimeLeft(TimeSpan.FromSeconds(100), lanes: 1);
        rest.Finish(TimeSpan.FromSeconds(done));
        Assert.Equal(left, rest.After(TimeSpan.FromSeconds(elapsed)).TotalSeconds, 0.01);
    }

    [Fact]
    public void Two_devices_take_half_the_time() =>
        Assert.Equal(TimeSpan.FromSeconds(50), new TimeLeft(TimeSpan.FromSeconds(100), lanes: 2).After(TimeSpan.Zero));
}
