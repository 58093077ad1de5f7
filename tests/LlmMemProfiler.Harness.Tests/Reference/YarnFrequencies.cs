using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>Pairs that turn often are left as they are, those that turn seldom are slowed down, and between the two there is a ramp.</summary>
/// <remarks>Peng et al. (2023), YaRN; transformers, <c>modeling_rope_utils.py</c>, for the attention factor.</remarks>
internal static class YarnFrequencies
{
    public static RotaryFrequencies Of(Rotary rotary, double[] plain, int positions, Func<string, double?, double> number)
    {
        var original = number("original_max_position_embeddings", positions);
        var factor = number("factor", positions / original);
        var (low, high) = (Pair(number("beta_fast", 32)), Pair(number("beta_slow", 1)));
        if (number("truncate", 1) != 0)
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        (low, high) = (Math.Max(low, 0), Math.Min(high, rotary.Width - 1));
        if (low == high)
            high += 0.001;
        return new([.. plain.Select(Slowed)], AttentionFactor());

        double Slowed(double angle, int pair)
        {
            var slowed = Math.Clamp((pair - low) / (high - low), 0, 1);
            return (angle / factor * slowed) + (angle * (1 - slowed));
        }

        // The pair that turns so often over the length of the training.
        double Pair(double turns) => rotary.Width * Math.Log(original / (turns * 2 * Math.PI)) / (2 * Math.Log(rotary.Base));

        double AttentionFactor()
        {
            var (own, all) = (number("mscale", 0), number("mscale_all_dim", 0));
            return number("attention_factor", own != 0 && all != 0 ? Growth(own) / Growth(all) : Growth(1));
        }

        double Growth(double scale) => factor <= 1 ? 1 : (0.1 * scale * Math.Log(factor)) + 1;
    }
}
