using LlmMemProfiler.Calibration.Fits;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Tests.Fits;

public class OutliersTests
{
    /// <summary>Without slopes, a residual is 20 MiB and noise, or 100 MiB and more.</summary>
    [Fact]
    public void The_points_that_are_far_off_are_named_with_how_far()
    {
        var input = CalibrationInput.Of(new Synthetic { Outliers = 0.1, PerWeight = 0, PerCacheByte = 0 }.Records());
        var profile = CalibrationRun.Of(input);
        var expected = input.Split().Fit
            .Where(p => p.Measured.Parts[Part.Residual]!.Value.Bytes > 100 * ByteSize.MiB)
            .ToList();

        var named = Outliers.Of(profile, input).Where(o => o.Constant == "residual" && o.Difference.Bytes > 50 * ByteSize.MiB).ToList();

        Assert.NotEmpty(expected);
        Assert.Equal(expected.Select(p => p.PointId).Order(), named.Select(o => o.Point.PointId).Order());
        Assert.All(named, o => Assert.InRange(
            o.Difference.Bytes, o.Point.Measured.Parts[Part.Residual]!.Value.Bytes - (22 * ByteSize.MiB), o.Point.Measured.Parts[Part.Residual]!.Value.Bytes - (18 * ByteSize.MiB)));
        Assert.All(named, o => Assert.InRange(o.Spreads, 100, 1e6));
    }

    [Fact]
    public void As_many_are_named_as_the_profile_counts()
    {
        var input = CalibrationInput.Of(new Synthetic { Outliers = 0.1 }.Records());
        var profile = CalibrationRun.Of(input);
        var named = Outliers.Of(profile, input).CountBy(o => o.Constant).ToDictionary();
        Assert.Equal(profile.Overhead.Outliers, named.GetValueOrDefault("overhead"));
        Assert.Equal(profile.Context.Outliers, named.GetValueOrDefault("context"));
        Assert.Equal(profile.Residual.Outliers, named.GetValueOrDefault("residual"));
        Assert.Equal(profile.Modules.Sum(m => m.Constant.Outliers), named.Where(n => n.Key.StartsWith("modules", StringComparison.Ordinal)).Sum(n => n.Value));
    }
}
