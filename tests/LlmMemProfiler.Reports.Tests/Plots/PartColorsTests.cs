using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Reports.Plots;
using ScottPlot;

namespace LlmMemProfiler.Reports.Tests.Plots;

public class PartColorsTests
{
    [Fact]
    public void Every_part_has_a_color_of_its_own() =>
        Assert.Equal(Parts.All.Count, Parts.All.Select(part => PartColors.Of(part).ToHex()).Distinct().Count());

    [Fact]
    public void Neighbors_in_a_stack_stay_apart_in_grayscale()
    {
        var lightness = Parts.All.Select(part => Lightness(PartColors.Of(part))).ToArray();
        Assert.All(lightness.Zip(lightness.Skip(1)), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 20, 100));
        // Without weights, cache and activations are the neighbors; without inputs, logits and workspace nearly are.
        Assert.InRange(Math.Abs(lightness[(int)Part.Logits] - lightness[(int)Part.Workspace]), 8, 100);
    }

    /// <summary>CIE L*, from 0 for black to 100 for white.</summary>
    private static double Lightness(Color color)
    {
        var luminance = 0.2126 * Linear(color.R) + 0.7152 * Linear(color.G) + 0.0722 * Linear(color.B);
        return luminance > 0.008856 ? 116 * Math.Cbrt(luminance) - 16 : 903.3 * luminance;

        static double Linear(byte channel) =>
            channel / 255.0 is var c && c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
    }
}
