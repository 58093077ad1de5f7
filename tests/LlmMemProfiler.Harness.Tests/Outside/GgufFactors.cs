using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Outside;

/// <summary>
/// What each angle is divided by, as a tensor: how llama.cpp is told of Llama 3's rotation, of the one for long contexts, and of pairs that
/// stand still.
/// </summary>
/// <remarks>ggml-org/llama.cpp, <c>conversion/llama.py</c>, <c>conversion/gemma.py</c>; transformers, <c>modeling_rope_utils.py</c>.</remarks>
internal static class GgufFactors
{
    public static IEnumerable<(string Name, float[] Factors)> Of(ModelSpec model)
    {
        var rotaries = model.Blocks.SelectMany(block => block.Branches).Select(branch => (branch.Sublayer as Attention)?.Positions).OfType<Rotary>().ToList();
        if (rotaries.Find(each => each.Scaling?.Kind == "proportional") is { } partial)
        {
            var rotated = (int)(partial.Width * partial.Scaling!.Numbers.Single(number => number.Name == "partial_rotary_factor").Number) / 2;
            yield return ("rope_freqs.weight", [.. Enumerable.Range(0, partial.Width / 2).Select(pair => pair < rotated ? 1 : StandingStill)]);
            yield break;
        }
        if (rotaries.FirstOrDefault() is not { Scaling: { } scaling } rotary)
            yield break;
        if (scaling.Kind == "llama3")
            yield return ("rope_freqs.weight", [.. Enumerable.Range(0, rotary.Width / 2).Select(pair => Llama3(rotary, scaling, pair))]);
        foreach (var (name, factors) in scaling.Factors)
            yield return ($"rope_factors_{name.Split('_')[0]}.weight", [.. factors.Select(factor => (float)factor)]);
    }

    /// <summary>What its converter writes for infinity.</summary>
    private const float StandingStill = 1e30f;

    private static float Llama3(Rotary rotary, RotaryScaling scaling, int pair)
    {
        var wave = 2 * Math.PI * Math.Pow(rotary.Base, 2.0 * pair / rotary.Width);
        var (factor, trained) = (Number("factor"), Number("original_max_position_embeddings"));
        var (low, high) = (Number("low_freq_factor"), Number("high_freq_factor"));
        if (wave < trained / high)
            return 1;
        if (wave > trained / low)
            return (float)factor;
        var smooth = ((trained / wave) - low) / (high - low);
        return (float)(1 / (((1 - smooth) / factor) + smooth));

        double Number(string name) => scaling.Numbers.Single(number => number.Name == name).Number;
    }
}
