using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Tests.Models.Layers;

/// <summary>Numbers that follow from transformers' formulas, worked out apart from the program.</summary>
public class RotaryFrequenciesTests
{
    private const int Positions = 4096;

    /// <summary>Gemma 4's wide heads: 512 elements of which a quarter is rotated, 64 pairs at 1,000,000^(−2 i / 512); the other 192 stand still.</summary>
    /// <remarks>transformers, <c>modeling_rope_utils.py</c>, <c>_compute_proportional_rope_parameters</c>.</remarks>
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Proportional_frequencies_are_powers_of_the_whole_width(double factor)
    {
        var rotary = new Rotary(512, 1_000_000) { Scaling = new("proportional", [("partial_rotary_factor", 0.25), ("factor", factor)], []) };
        var (frequencies, scale) = RotaryFrequencies.Of(rotary, Positions, length: 10, first: 10);
        Assert.Equal(1, scale);
        Assert.Equal(256, frequencies.Count);
        Assert.Equal([1.0, 0.9474635256553754, 0.8976871324473142], frequencies.Take(3).Select(frequency => frequency * factor), Near);
        Assert.Equal(0.033376246942920386, frequencies[63] * factor, 1e-12);
        Assert.All(frequencies.Skip(64), frequency => Assert.Equal(0, frequency));
    }

    /// <summary>HunYuan's: 10,000 · 1,000^(128 / 126), whatever the length; the second of 64 frequencies is that to the −2 / 128th.</summary>
    /// <remarks>transformers, <c>models/hunyuan_v1_dense/modeling_hunyuan_v1_dense.py</c>, <c>HunYuanDenseV1RotaryEmbedding</c>.</remarks>
    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    public void An_alpha_raises_the_base_at_every_length(int length)
    {
        var rotary = new Rotary(128, 10_000) { Scaling = new("dynamic", [("alpha", 1000), ("factor", 1)], []) };
        var frequencies = RotaryFrequencies.Of(rotary, Positions, length, first: 1).Frequencies;
        Assert.Equal(1, frequencies[0]);
        Assert.Equal(0.7760343630469744, frequencies[1], 1e-12);
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-12;
}
