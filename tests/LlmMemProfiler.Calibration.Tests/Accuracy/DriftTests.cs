using LlmMemProfiler.Calibration.Accuracy;
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

        var drift = Drift.Between(then, now);

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
        var drift = Drift.Between(new Synthetic().Profile(), new Synthetic { PerWeight = 0.05 }.Profile());

        var weights = drift.Constants.Single(c => c.Constant == "residual over weights");
        Assert.Equal(("bytes per bytes", true), (weights.Unit, weights.Moved));
        Assert.InRange((weights.Now - weights.Then)!.Value, 0.018, 0.022);
    }

    [Fact]
    public void A_constant_that_only_one_of_them_has_is_told_as_not_known_in_the_other()
    {
        var drift = Drift.Between(new Synthetic { ModulesOfBf16 = 0 }.Profile(), new Synthetic().Profile());

        var bf16 = drift.Constants.Single(c => c.Constant == "modules bf16");
        Assert.Null(bf16.Then);
        Assert.True(bf16.Moved);
    }

    [Fact]
    public void A_profile_has_not_moved_against_itself()
    {
        var drift = Drift.Between(new Synthetic().Profile(), new Synthetic().Profile());
        Assert.Empty(drift.Versions);
        Assert.All(drift.Constants, c => Assert.Equal((false, c.Then), (c.Moved, c.Now)));
    }
}
