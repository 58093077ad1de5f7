using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Shapes;
using LlmMemProfiler.Core.Units;

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

    /// <summary>Counted by another: the ledger sees each event, those of loading too.</summary>
    [Theory]
    [InlineData("tiny", "concat")]
    [InlineData("tiny-gqa", "paged")]
    public void A_run_of_more_events_than_may_be_is_refused_at_its_beginning(string name, string cache)
    {
        var (model, workload) = (ModelPresets.Find(name), FourPasses with { NewTokens = 100, Cache = Words.Of<CachePolicy>()[cache] });
        var (whole, loaded) = (new AllocationLedger(), new AllocationLedger());
        SymbolicRun.Decode(model, workload, whole);
        Decoder.Load(new ShapeOps(new TagCursor(), loaded), model, workload, (_, _) => { });
        var events = whole.Events - loaded.Events;

        SymbolicRun.Decode(model, workload, new AllocationLedger(), watch: new() { EventLimit = events * 11 / 10 });
        var message = Assert.Throws<InputException>(() =>
            SymbolicRun.Decode(model, workload, new AllocationLedger(), watch: new() { EventLimit = events * 9 / 10 })).Message;
        Assert.Matches(FormattableString.Invariant(
            $"^simulating takes more than {events * 9 / 10:N0} allocations and frees \\(at pass [12] of 101\\); must have fewer layers or new tokens$"), message);
    }

    /// <summary>It would take an hour.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Who_watches_nothing_does_not_wait_for_ever()
    {
        var model = (GptSizes.Of(ModelPresets.Find("tiny")) with { Layers = 4_000, Positions = 1_000_000 }).Model("test");
        var message = (await Assert.ThrowsAsync<InputException>(() => Task.Run(() =>
            SimulatedEstimator.Estimate(model, new() { Prompt = 8, NewTokens = 900_000, Cache = CachePolicy.Concat }), TestContext.Current.CancellationToken))).Message;
        Assert.StartsWith("simulating takes more than 4,000,000,000 allocations and frees (at pass 1 of ", message, StringComparison.Ordinal);
    }

    /// <summary>It is not begun in the hope that a minute will do.</summary>
    [Fact]
    public void A_point_of_a_record_has_a_limit_of_its_own()
    {
        var model = (GptSizes.Of(ModelPresets.Find("tiny")) with { Layers = 100, Positions = 1_000_000 }).Model("test");
        var message = Assert.Throws<InputException>(() => SymbolicRun.Decode(
            model, new() { Prompt = 8, NewTokens = 500_000 }, new AllocationLedger(), watch: SimulationWatch.OfRecords(TimeSpan.FromMinutes(1)))).Message;
        Assert.StartsWith("simulating takes more than 400,000,000 allocations and frees (at pass 1 of 500000)", message, StringComparison.Ordinal);
    }
}
