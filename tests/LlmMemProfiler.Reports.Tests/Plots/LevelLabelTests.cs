using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Plots;

namespace LlmMemProfiler.Reports.Tests.Plots;

public class LevelLabelTests
{
    private const double Top = 800 * ByteSize.MiB;

    [Fact]
    public void Equal_predictions_share_one_label() =>
        Assert.Equal(["analytic = simulated: tensor peak 688.1 MiB"], Labels(("analytic", 688.1), ("simulated", 688.1)));

    [Fact]
    public void Nearly_equal_predictions_share_a_label_that_gives_both() =>
        Assert.Equal(["analytic ≈ simulated: tensor peak 688.1 | 690.0 MiB"], Labels(("analytic", 688.1), ("simulated", 690)));

    [Fact]
    public void Predictions_that_the_eye_can_tell_apart_have_a_label_each() =>
        Assert.Equal(
            ["analytic: tensor peak 668.1 MiB", "simulated: tensor peak 688.1 MiB"], Labels(("analytic", 668.1), ("simulated", 688.1)));

    [Fact]
    public void A_total_is_never_merged_with_a_tensor_peak()
    {
        var scale = SizeScale.For(Top);
        var labels = LevelLabel.Group([new("guide", "total", new(100)), new("analytic", "tensor peak", new(100))], Top, scale);
        Assert.Equal(2, labels.Count);
    }

    [Theory]
    [InlineData(3L * ByteSize.GiB, "3.000 GiB")]
    [InlineData(1900L * ByteSize.MiB, "1900 MiB")]
    [InlineData(12_582_912, "12.00 MiB")]
    [InlineData(100_514, "98.16 KiB")]
    [InlineData(700, "700 B")]
    public void Numbers_have_four_digits_in_the_axis_unit(long bytes, string text)
    {
        var scale = SizeScale.For(bytes);
        Assert.Equal(text, $"{scale.Number(new(bytes))} {scale.Name}");
    }

    private static IEnumerable<string> Labels(params (string Estimator, double MiB)[] levels) =>
        LevelLabel.Group(
            levels.Select(l => new PredictedLevel(l.Estimator, "tensor peak", new((long)(l.MiB * ByteSize.MiB)))), Top, SizeScale.For(Top))
            .Select(label => $"{label.Names}: {label.What}");
}
