using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Core.Tests.Models;

public class ExpertLoadsTests
{
    private static readonly Tag Place = Tag.Of(Phase.Decode, 3, 1, Part.Activations, Operation.SortByExpert, 9);

    [Fact]
    public void Balanced_experts_differ_by_at_most_one_row_and_the_worst_have_all()
    {
        Assert.Equal([3, 3, 2, 2], ExpertLoads.Balanced.Counts(Place, rows: 5, experts: 4, picked: 2));
        Assert.Equal([1, 1, 0, 0], ExpertLoads.Balanced.Counts(Place, rows: 1, experts: 4, picked: 2));
        Assert.Equal([5, 5, 0, 0], ExpertLoads.Worst.Counts(Place, rows: 5, experts: 4, picked: 2));
    }

    [Fact]
    public void What_was_recorded_is_given_back_in_its_pass_and_layer_only()
    {
        var recorded = new RecordedLoads();
        recorded.Add(Place, [0, 2, 0, 4]);
        Assert.Equal([0, 2, 0, 4], recorded.Counts(Place, 3, 4, 2));
        Assert.Equal([2, 2, 1, 1], recorded.Counts(Tag.Of(Phase.Decode, 3, 2, Part.Activations, Operation.SortByExpert, 9), 3, 4, 2));
        Assert.Equal("decode 3, layer 1: 1×2 3×4", Assert.Single(RoutingFacts.Of(recorded)!.Loads));
    }

    [Fact]
    public void A_long_run_keeps_the_beginning_of_its_routing_and_says_so()
    {
        var recorded = new RecordedLoads();
        for (var step = 0; step < 5_000; step++)
            recorded.Add(Tag.Of(Phase.Decode, step, 0, Part.Activations, Operation.SortByExpert, 0), [1, 0]);
        var facts = RoutingFacts.Of(recorded)!;
        Assert.False(facts.IsComplete);
        Assert.InRange(facts.Loads.Sum(line => line.Length), 1, 1 << 16);
    }

    /// <summary>
    /// Of 40 tokens, all instead of 20 in the same two experts: at the widest moment of an expert it has three FP16 tensors of 96 columns, and
    /// one of 64 that it reads.
    /// </summary>
    [Fact]
    public void The_worst_routing_adds_the_tensors_of_one_expert()
    {
        var model = TinyModels.Find("mixtral");
        var estimate = AnalyticEstimator.Estimate(model, new() { Prompt = 40, NewTokens = 1 });
        Assert.Equal(20 * ((3 * 96) + 64) * 2, estimate.WorstRoutingExtra?.Bytes);
        Assert.Null(AnalyticEstimator.Estimate(TinyModels.Find("llama"), new() { Prompt = 40, NewTokens = 1 }).WorstRoutingExtra);
    }
}
