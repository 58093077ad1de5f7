namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>The frequencies of a rotation, one for each pair of elements, and what cosines and sines are multiplied by.</summary>
/// <param name="Frequencies">Radians per position.</param>
/// <param name="Factor">Of cosines and sines.</param>
/// <remarks>transformers, <c>modeling_rope_utils.py</c>, for the scalings.</remarks>
public sealed record RotaryFrequencies(IReadOnlyList<double> Frequencies, double Factor = 1)
{
    /// <summary>The frequencies in a pass.</summary>
    /// <param name="rotary">The rotation.</param>
    /// <param name="positions">The longest sequence of the model.</param>
    /// <param name="length">Tokens of a sequence at the end of the pass.</param>
    /// <param name="first">Tokens of a sequence at the end of its first pass.</param>
    public static RotaryFrequencies Of(Rotary rotary, int positions, long length, long first) => rotary.Scaling switch
    {
        null => new(Plain(rotary, rotary.Base)),
        { Kind: "linear" } scaling => new(Divided(Plain(rotary, rotary.Base), scaling.Number("factor") ?? 1)),
        { Kind: "dynamic" } scaling when scaling.Number("alpha") is { } alpha and not 0 => new(Plain(rotary, Raised(rotary, alpha))),
        { Kind: "dynamic" } scaling => new(Plain(rotary, Dynamic(rotary, scaling, positions, length))),
        { Kind: "qwen_dynamic_ntk" } scaling => new(Plain(rotary, QwenDynamic(rotary, scaling, first))),
        { Kind: "proportional" } scaling => new(Proportional(rotary, scaling)),
        { Kind: "llama3" } scaling => new(Llama3(rotary, scaling)),
        { Kind: "yarn" } scaling => Yarn(rotary, scaling, positions),
        { Kind: "longrope" } scaling => LongRope(rotary, scaling, positions, length),
        _ => new(Plain(rotary, rotary.Base)),
    };

    private static double[] Plain(Rotary rotary, double theta) =>
        [.. Enumerable.Range(0, rotary.Width / 2).Select(pair => Math.Pow(theta, -2.0 * pair / rotary.Width))];

    private static double[] Divided(double[] frequencies, double factor) => [.. frequencies.Select(frequency => frequency / factor)];

    /// <summary>A longer sequence than the model's has a larger base.</summary>
    private static double Dynamic(Rotary rotary, RotaryScaling scaling, int positions, long length)
    {
        var factor = scaling.Number("factor") ?? 1;
        return Raised(rotary, (factor * Math.Max(length, positions) / positions) - (factor - 1));
    }

    /// <summary>base · alpha^(d / (d − 2)): HunYuan's alpha is the same for all lengths.</summary>
    /// <remarks>bloc97 (2023), NTK-Aware Scaled RoPE; transformers, <c>models/hunyuan_v1_dense/modeling_hunyuan_v1_dense.py</c>.</remarks>
    private static double Raised(Rotary rotary, double alpha) => rotary.Base * Math.Pow(alpha, (double)rotary.Width / (rotary.Width - 2));

    /// <summary>base · alpha^(d / (d − 2)) with alpha = 2^⌈log₂(length / trained) + 1⌉ − 1, by the length of the first pass.</summary>
    /// <remarks>Qwen/Qwen-7B, <c>modeling_qwen.py</c>, <c>get_ntk_alpha</c>.</remarks>
    private static double QwenDynamic(Rotary rotary, RotaryScaling scaling, long first)
    {
        var alpha = Math.Max(Math.Pow(2, Math.Ceiling(Math.Log2(first / scaling.Number("seq_length")!.Value) + 1)) - 1, 1);
        return Raised(rotary, alpha);
    }

    /// <summary>The first pairs are rotated, at the frequencies of the whole width; the others stand still.</summary>
    private static double[] Proportional(Rotary rotary, RotaryScaling scaling)
    {
        var rotated = (int)((scaling.Number("partial_rotary_factor") ?? 1) * rotary.Width) / 2;
        var frequencies = Divided(Plain(rotary, rotary.Base), scaling.Number("factor") ?? 1);
        frequencies.AsSpan(rotated).Clear();
        return frequencies;
    }

    /// <summary>Slow pairs are slowed further, fast ones are kept, and those between are mixed.</summary>
    private static double[] Llama3(Rotary rotary, RotaryScaling scaling)
    {
        var (factor, original) = (scaling.Number("factor") ?? 1, scaling.Number("original_max_position_embeddings") ?? 8192);
        var (low, high) = (scaling.Number("low_freq_factor") ?? 1, scaling.Number("high_freq_factor") ?? 4);
        return [.. Plain(rotary, rotary.Base).Select(frequency =>
        {
            var turns = original * frequency / (2 * Math.PI);
            if (turns < low)
                return frequency / factor;
            if (turns > high)
                return frequency;
            var share = (turns - low) / (high - low);
            return ((1 - share) * frequency / factor) + (share * frequency);
        })];
    }

    /// <remarks>Peng et al. (2023), YaRN.</remarks>
    private static RotaryFrequencies Yarn(Rotary rotary, RotaryScaling scaling, int positions)
    {
        var original = scaling.Number("original_max_position_embeddings") ?? positions;
        var factor = scaling.Number("factor") ?? (positions / original);
        var (low, high) = (Pair(scaling.Number("beta_fast") ?? 32), Pair(scaling.Number("beta_slow") ?? 1));
        if (scaling.Number("truncate") is not 0)
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        (low, high) = (Math.Max(low, 0), Math.Min(high, rotary.Width - 1));
        var span = high == low ? 0.001 : high - low;
        double[] frequencies = [.. Plain(rotary, rotary.Base).Select((frequency, pair) =>
        {
            var slowed = Math.Clamp((pair - low) / span, 0, 1);
            return (frequency / factor * slowed) + (frequency * (1 - slowed));
        })];
        return new(frequencies, scaling.Number("attention_factor") ?? Magnitude());

        // The pair that turns so many times within the original length.
        double Pair(double turns) => rotary.Width * Math.Log(original / (turns * 2 * Math.PI)) / (2 * Math.Log(rotary.Base));

        double Magnitude() => scaling.Number("mscale") is { } scale and not 0 && scaling.Number("mscale_all_dim") is { } all and not 0
            ? Grown(scale) / Grown(all)
            : Grown(1);

        double Grown(double scale) => factor <= 1 ? 1 : (0.1 * scale * Math.Log(factor)) + 1;
    }

    /// <summary>A factor for each pair, of one list up to the original length and of another beyond.</summary>
    /// <remarks>Ding et al. (2024), LongRoPE.</remarks>
    private static RotaryFrequencies LongRope(Rotary rotary, RotaryScaling scaling, int positions, long length)
    {
        var given = scaling.Number("original_max_position_embeddings");
        var original = given ?? positions;
        var factor = given is null ? scaling.Number("factor") ?? 1 : positions / original;
        var factors = scaling.List(length > original ? "long_factor" : "short_factor");
        double[] frequencies = [.. Plain(rotary, rotary.Base).Select((frequency, pair) => frequency / (factors?[pair] ?? 1))];
        return new(frequencies, scaling.Number("attention_factor") ?? (factor <= 1 ? 1 : Math.Sqrt(1 + (Math.Log(factor) / Math.Log(original)))));
    }
}
