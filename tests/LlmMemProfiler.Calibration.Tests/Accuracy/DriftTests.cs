using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Tests.Accuracy;

public class DriftTests
{
    [Fact]
    public void A_constant_that_moved_is_told_with_how_much_and_since_which_version()
    {
        var then = new Synthetic().Profile();
        var now = new Synthetic { Context = 170 * ByteSize.MiB, Seed = 2 }.Profile();
        now = now with { Hardware = now.Hardware with { Libtorch = "2.11.0" }, Evidence = now.Evidence with { Program = "0.2.0" } };

        var drift = Drift.Between(then, now, []);

        var context = drift.Constants.Single(c => c.Constant == "context");
        Assert.True(context.Moved);
        Assert.InRange((context.Now - context.Then)!.Value / ByteSize.MiB, 19.9, 20.1);
        Assert.DoesNotContain(drift.Constants, c => c.Moved && c.Constant.StartsWith("modules", StringComparison.Ordinal));
        Assert.Equal(["llmmem 0.1.0 to 0.2.0", "libtorch 2.10.0 to 2.11.0"], drift.Versions);
        Assert.True(drift.Constants[0].Moved);
    }

    [Fact]
    public void A_slope_that_moved_is_told_in_bytes_a_unit()
    {
        var drift = Drift.Between(new Synthetic().Profile(), new Synthetic { PerWeight = 0.05 }.Profile(), []);

        var weights = drift.Constants.Single(c => c.Constant == "residual over weights");
        Assert.Equal(("bytes per bytes", true), (weights.Unit, weights.Moved));
        Assert.InRange((weights.Now - weights.Then)!.Value, 0.018, 0.022);
    }

    [Fact]
    public void A_constant_that_only_one_of_them_has_is_told_as_not_known_in_the_other()
    {
        var drift = Drift.Between(new Synthetic { ModulesOfBf16 = 0 }.Profile(), new Synthetic().Profile(), []);

        var bf16 = drift.Constants.Single(c => c.Constant == "modules bf16");
        Assert.Null(bf16.Then);
        Assert.True(bf16.Moved);
    }

    [Fact]
    public void A_profile_has_not_moved_against_itself()
    {
        var drift = Drift.Between(new Synthetic().Profile(), new Synthetic().Profile(), []);
        Assert.Empty(drift.Versions);
        Assert.All(drift.Constants, c => Assert.Equal((false, c.Then), (c.Moved, c.Now)));
    }

    /// <summary>20 MiB are 13.3 % of the context's 150; the guide's constant of 180 moves along with it.</summary>
    [Theory]
    [InlineData("10%", true)]
    [InlineData("15%", false)]
    [InlineData("19MiB", true)]
    [InlineData("21.5 mib", false)]
    [InlineData("19922944B", true)]
    public void A_limit_fails_the_constants_that_moved_further_by_name(string limit, bool fails)
    {
        var drift = Drift.Between(new Synthetic().Profile(), new Synthetic { Context = 170 * ByteSize.MiB }.Profile(), []);
        var judged = MaxDrift.Read(limit)!.Judge(drift);
        Assert.Equal(fails, judged.Failed!.Contains("context"));
        Assert.DoesNotContain(judged.Failed!, name => name.StartsWith("modules", StringComparison.Ordinal));
        Assert.Null(drift.Failed);
    }

    /// <summary>0.02 bytes more for each byte of weights: gpt2-large's 774,030,080 parameters at FP32 make 59 MiB of it.</summary>
    [Fact]
    public void A_slope_is_held_to_a_size_by_the_measured_point_that_it_matters_most_for()
    {
        var now = new Synthetic { PerWeight = 0.05 };
        var drift = Drift.Between(new Synthetic().Profile(), now.Profile(), CalibrationInput.Of(now.Records()).Points);
        Assert.InRange(drift.Constants.Single(c => c.Constant == "residual over weights").Bytes / ByteSize.MiB, 0.9 * 59, 1.1 * 59);
        Assert.Contains("residual over weights", MaxDrift.Read("50MiB")!.Judge(drift).Failed!);
        Assert.DoesNotContain("residual over weights", MaxDrift.Read("70MiB")!.Judge(drift).Failed!);
    }

    /// <summary>Another seed is the same machine on another day.</summary>
    [Fact]
    public void Noise_fails_no_limit()
    {
        var now = new Synthetic { Seed = 2 };
        var drift = Drift.Between(new Synthetic().Profile(), now.Profile(), CalibrationInput.Of(now.Records()).Points);
        Assert.Contains(drift.Constants, c => c.Moved);
        Assert.Empty(MaxDrift.Read("0.1%")!.Judge(drift).Failed!);
        Assert.Empty(MaxDrift.Read("1MiB")!.Judge(drift).Failed!);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("%")]
    [InlineData("-1%")]
    [InlineData("8 apples")]
    [InlineData("10000000000GiB")]
    public void What_is_neither_a_percentage_nor_a_size_is_no_limit(string text) => Assert.Null(MaxDrift.Read(text));
}
