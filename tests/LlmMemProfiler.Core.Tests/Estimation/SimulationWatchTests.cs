using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;

namespace LlmMemProfiler.Core.Tests.Estimation;

public class SimulationWatchTests
{
    private static readonly Workload FourPasses = new() { Prompt = 9, PrefillChunk = 5, NewTokens = 3 };

    [Theory]
    [InlineData(null)]
    [InlineData("h100")]
    public void It_sees_each_pass_of_the_prompt_and_each_step(string? target)
    {
        var seen = new List<(long, long)>();
        _ = SimulatedEstimator.Estimate(
            ModelPresets.Find("tiny"), FourPasses, target is null ? null : Targets.Find(target, 2, _ => null), new() { OnPass = (done, total) => seen.Add((done, total)) });
        Assert.Equal([(1, 4), (2, 4), (3, 4), (4, 4)], seen);
    }

    [Fact]
    public void A_run_that_takes_too_long_is_refused_where_it_stands()
    {
        var message = Assert.Throws<InputException>(() =>
            SimulatedEstimator.Estimate(ModelPresets.Find("tiny"), FourPasses, null, new() { Limit = TimeSpan.Zero })).Message;
        Assert.Equal("simulating takes longer than 0 s (at pass 1 of 4); must have fewer layers or new tokens", message);
    }
}
