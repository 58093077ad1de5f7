using LlmMemProfiler.Calibration.Fits;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Core;

namespace LlmMemProfiler.Calibration.Tests.Inputs;

public class DataSplitTests
{
    [Theory]
    [InlineData("01234", DataSplit.HeldOut)]
    [InlineData("5678", DataSplit.Conformal)]
    [InlineData("9abcdef", DataSplit.Fit)]
    public void The_first_digit_of_the_id_decides(string digits, DataSplit split) =>
        Assert.All(digits, digit => Assert.Equal(split, DataSplits.Of($"{digit}fffffffffffffff")));

    [Theory]
    [InlineData("")]
    [InlineData("x0")]
    public void An_id_that_is_no_hash_is_refused(string id) => Assert.ThrowsAny<InputException>(() => DataSplits.Of(id));

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
