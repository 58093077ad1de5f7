using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Reports.Plots;
using ScottPlot;

namespace LlmMemProfiler.Reports.Tests.Plots;

public class PartColoursTests
{
    [Fact]
    public void Every_part_has_a_colour_of_its_own() =>
        Assert.Equal(Parts.All.Count, Parts.All.Select(part => PartColours.Of(part).ToHex()).Distinct().Count());

    [Fact]
    public void Neighbours_in_a_stack_stay_apart_in_greyscale()
    {
        var lightness = Parts.All.Select(part => Lightness(PartColours.Of(part))).ToArray();
        Assert.All(lightness.Zip(lightness.Skip(1)), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 20, 100));
        // Without weights, cache and activations are the neighbours; without inputs, logits and workspace nearly are.
        Assert.InRange(Math.Abs(lightness[(int)Part.Logits] - lightness[(int)Part.Workspace]), 8, 100);
    }

    /// <summary>CIE L*, from 0 for black to 100 for white.</summary>
    private static double Lightness(Color colour)
    {
        var luminance = 0.2126 * Linear(colour.R) + 0.7152 * Linear(colour.G) + 0.0722 * Linear(colour.B);
        return luminance > 0.008856 ? 116 * Math.Cbrt(luminance) - 16 : 903.3 * luminance;

        static double Linear(byte channel) =>
            channel / 255.0 is var c && c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
    }
}
