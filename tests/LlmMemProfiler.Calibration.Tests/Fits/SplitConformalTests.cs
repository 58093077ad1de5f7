using LlmMemProfiler.Calibration.Fits;

namespace LlmMemProfiler.Calibration.Tests.Fits;

public class SplitConformalTests
{
    /// <summary>⌈0.95 (n + 1)⌉ by hand.</summary>
    [Theory]
    [InlineData(19, 19)]
    [InlineData(20, 20)]
    [InlineData(38, 38)]
    [InlineData(39, 38)]
    [InlineData(40, 39)]
    [InlineData(99, 95)]
    [InlineData(100, 96)]
    [InlineData(1999, 1900)]
    public void The_half_width_is_the_error_of_that_rank(int count, int rank)
    {
        var errors = Enumerable.Range(1, count).Select(i => (double)i).Reverse().ToArray();
        Assert.Equal((rank, 0.95), SplitConformal.Of(errors));
    }

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(9, 0.9)]
    [InlineData(18, 18 / 19.0)]
    public void Too_few_errors_give_the_largest_and_promise_less(int count, double guarantee)
    {
        var errors = Enumerable.Range(1, count).Select(i => (double)i).ToArray();
        Assert.Equal((count, guarantee), SplitConformal.Of(errors));
    }

    [Fact]
    public void A_further_error_is_covered_as_often_as_promised()
    {
        var random = new Random();
        var covered = 0;
        for (var trial = 0; trial < 4_000; trial++)
        {
            var errors = Enumerable.Range(0, 40).Select(_ => random.NextDouble()).ToArray();
            covered += random.NextDouble() <= SplitConformal.Of(errors).HalfWidth ? 1 : 0;
        }
        // 39 of 41, and five standard deviations of chance.
        Assert.InRange(covered / 4_000.0, (39 / 41.0) - 0.018, (39 / 41.0) + 0.018);
    }
}
