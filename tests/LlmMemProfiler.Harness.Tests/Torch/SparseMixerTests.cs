using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Harness.Torch;
using TorchSharp;

namespace LlmMemProfiler.Harness.Tests.Torch;

/// <summary>Picks and weights by hand, by transformers' <c>sparsemixer</c>: <c>(best - score) / max(|score|, best) > 2 * tolerance</c> is too far.</summary>
public class SparseMixerTests(TorchFixture fixture)
{
    /// <summary>2.8 is 0.2 / 3 away from 3, and 1 is 2 / 3; from 2.8, which comes next, 1 is 1.8 / 2.8 away.</summary>
    [Fact]
    public void The_first_is_weighed_against_its_neighbor_and_the_second_alone() =>
        Picks([1, 3, 2.8f], [1, 2], [1 / (1 + Math.Exp(-0.2)), 1]);

    /// <summary>-0.5 is best, and -1 is 0.5 / 1 away; from -1, -2 is 1 / 2 away, and the best, which was picked, does not count.</summary>
    [Fact]
    public void Scores_below_zero_are_compared_by_their_magnitude() => Picks([-1, -2, -0.5f], [2, 0], [1, 1]);

    /// <summary>Of 4.1, 4 and 3.9, all are near; without the first, the second is weighed against the third.</summary>
    [Fact]
    public void What_was_picked_is_no_neighbor_of_the_next() =>
        Picks([4, 4.1f, 3.9f], [1, 0], [1 / (1 + Math.Exp(-0.1) + Math.Exp(-0.2)), 1 / (1 + Math.Exp(-0.1))]);

    /// <summary>2 is 0.3 / 2.3 away from 2.3: more than the tolerance, less than twice that.</summary>
    [Fact]
    public void Twice_the_tolerance_is_near() => Picks([2, 2.3f], [1, 0], [1 / (1 + Math.Exp(-0.3)), 1]);

    /// <summary>Equal scores are different experts.</summary>
    [Fact]
    public void Equals_are_picked_once_each()
    {
        var (picks, weights) = Of([2, 2, 1]);
        Assert.Equal([0, 1], picks.Order());
        Assert.Equal(0.5, weights[0], 1e-6);
        Assert.Equal(1, weights[1], 1e-6);
    }

    private void Picks(float[] scores, long[] experts, double[] shares)
    {
        var (picks, weights) = Of(scores);
        Assert.Equal(experts, picks);
        Assert.Equal(shares, weights, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    private (long[] Picks, double[] Weights) Of(float[] scores)
    {
        Assert.NotNull(fixture.Library);
        using var scope = torch.NewDisposeScope();
        var (weights, picks) = new TorchOps(new TagCursor(), torch.CPU).SparseMixer(torch.tensor(scores, 1, scores.Length), 2, 0.1);
        return (picks.data<long>().ToArray(), [.. weights.data<float>().ToArray().Select(weight => (double)weight)]);
    }
}
