using LlmMemProfiler.Calibration.Fits;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Calibration.Tests.Inputs;

public class DataSplitTests
{
    private static readonly ModelFacts Small = ModelFacts.Of(ModelPresets.Find("tiny"));

    private static readonly ModelFacts Large = ModelFacts.Of(ModelPresets.Find("gpt2"));

    private static readonly WorkloadFacts Work = WorkloadFacts.Of(new() { Batch = 1, Prompt = 8, NewTokens = 4 });

    /// <summary>Nine small points, and one at the end of each axis.</summary>
    private static readonly (ModelFacts Model, WorkloadFacts Workload)[] Points =
    [
        .. Enumerable.Repeat((Small, Work), 9), (Large, Work), (Small, Work with { Batch = 2 }), (Small, Work with { Prompt = 9 }), (Small, Work with { NewTokens = 5 }),
    ];

    [Fact]
    public void The_end_of_each_axis_is_held_out_whatever_the_id()
    {
        var splits = new DataSplits(Points);
        string[] ids = ["0", "f"];
        Assert.All(Points.Skip(9), p => Assert.All(ids, id => Assert.Equal(DataSplit.HeldOut, splits.Of(id, p.Model, p.Workload))));
        Assert.Equal(
            ["parameters", "batch", "prompt", "new_tokens"], Points.Skip(9).Select(p => Assert.Single(splits.ExtremeOn(p.Model, p.Workload)).Name));
    }

    [Theory]
    [InlineData("012345", DataSplit.Conformal)]
    [InlineData("6789abcdef", DataSplit.Fit)]
    public void Of_the_rest_the_first_digit_of_the_id_decides(string digits, DataSplit split) =>
        Assert.All(digits, digit => Assert.Equal(split, new DataSplits(Points).Of($"{digit}fffffffffffffff", Small, Work)));

    /// <summary>Otherwise most points would be held out of a plan of two batches.</summary>
    [Fact]
    public void An_axis_with_more_than_a_third_at_its_end_is_left_whole()
    {
        var twice = Work with { Batch = 2 };
        var third = new DataSplits([(Small, Work), (Small, Work), (Small, twice)]);
        var half = new DataSplits([(Small, Work), (Small, twice)]);
        Assert.Equal((DataSplit.HeldOut, DataSplit.Fit), (third.Of("f", Small, twice), half.Of("f", Small, twice)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x0")]
    public void An_id_that_is_no_hash_is_refused(string id) => Assert.ThrowsAny<InputException>(() => new DataSplits(Points).Of(id, Small, Work));

    [Fact]
    public void Repeats_of_a_point_fall_on_one_side_and_count_as_one_point()
    {
        var records = new Synthetic { Count = 40 }.Records();
        var repeated = records.Concat(records.Select(r => r with { Started = r.Started.AddDays(1) }));

        var profile = CalibrationRun.Of(CalibrationInput.Of(repeated));
        var once = CalibrationRun.Of(CalibrationInput.Of(records));

        Assert.Equal((80, 40), (profile.Counts.Read, profile.Counts.Points));
        Assert.Equal(2 * once.Counts.HeldOut, profile.Counts.HeldOut);
        Assert.Equal(once.Estimators[2].Guarantee, profile.Estimators[2].Guarantee);
    }
}
