using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>Angles of one position to the next, one a pair of elements; and what sine and cosine are multiplied by.</summary>
/// <param name="Angles">In radians.</param>
/// <param name="Factor">Of both, 1 but for long contexts.</param>
/// <remarks>transformers, <c>modeling_rope_utils.py</c>, and the papers named below.</remarks>
internal sealed record RotaryFrequencies(double[] Angles, double Factor = 1)
{
    /// <param name="rotary">The rotation.</param>
    /// <param name="positions">The longest sequence of the model.</param>
    /// <param name="length">Tokens of the sequence at the end of the pass that turns something.</param>
    /// <param name="first">The same at the end of the first pass.</param>
    public static RotaryFrequencies Of(Rotary rotary, int positions, int length, int first)
    {
        var plain = Plain(rotary.Width, rotary.Base);
        if (rotary.Scaling is not { } scaling)
            return new(plain);
        return scaling.Kind switch
        {
            "default" or "mrope" => new(plain),
            "linear" => new(plain.Times(1 / Number("factor"))),
            "dynamic" => new(Number("alpha", 0) is > 0 and var alpha ? Plain(rotary.Width, rotary.Base * Math.Pow(alpha, rotary.Width / (rotary.Width - 2.0))) : Dynamic()),
            "yarn" => YarnFrequencies.Of(rotary, plain, positions, Number),
            "longrope" => Long(),
            "llama3" => new([.. plain.Select(Llama3)]),
            "proportional" => new(Proportional()),
            "qwen_dynamic_ntk" => new(QwenDynamic()),
            _ => throw new NotSupportedException($"a rotation scaled by '{scaling.Kind}'"),
        };

        double Number(string name, double? otherwise = null) =>
            scaling.Numbers.FirstOrDefault(number => number.Name == name) is { Name: not null } found ? found.Number
            : otherwise ?? throw new InvalidOperationException($"{scaling.Kind} has no {name}");

        double[] Factors(string name) => [.. scaling.Factors.Single(list => list.Name == name).Factors];

        // bloc97 (2023), NTK-Aware Scaled RoPE; emozilla (2023), Dynamically Scaled RoPE.
        double[] Dynamic()
        {
            var (factor, d) = (Number("factor"), (double)rotary.Width);
            var growth = (factor * Math.Max(length, positions) / positions) - (factor - 1);
            return Plain(rotary.Width, rotary.Base * Math.Pow(growth, d / (d - 2)));
        }

        // Bai et al. (2023), Qwen Technical Report; their code keeps what the first pass made.
        double[] QwenDynamic()
        {
            var (trained, d) = (Number("seq_length"), (double)rotary.Width);
            var alpha = Math.Max(1, Math.Pow(2, Math.Ceiling(Math.Log2(first / trained) + 1)) - 1);
            return Plain(rotary.Width, rotary.Base * Math.Pow(alpha, d / (d - 2)));
        }

        // Ding et al. (2024), LongRoPE.
        RotaryFrequencies Long()
        {
            var original = Number("original_max_position_embeddings", positions);
            var growth = Number("factor", positions / original);
            var factors = Factors(length > original ? "long_factor" : "short_factor");
            var factor = Number("attention_factor", growth <= 1 ? 1 : Math.Sqrt(1 + (Math.Log(growth) / Math.Log(original))));
            return new([.. plain.Zip(factors, (angle, by) => angle / by)], factor);
        }

        // Dubey et al. (2024), The Llama 3 Herd of Models.
        double Llama3(double angle)
        {
            var (factor, low, high) = (Number("factor"), Number("low_freq_factor"), Number("high_freq_factor"));
            var turns = Number("original_max_position_embeddings") * angle / (2 * Math.PI);
            var kept = Math.Clamp((turns - low) / (high - low), 0, 1);
            return (kept * angle) + ((1 - kept) * angle / factor);
        }

        // Google DeepMind (2026), Gemma 4: the pairs beyond the share stand still.
        double[] Proportional()
        {
            var turning = (int)(Number("partial_rotary_factor", 1) * rotary.Width / 2);
            return [.. plain.Select((angle, pair) => pair < turning ? angle / Number("factor", 1) : 0)];
        }
    }

    private static double[] Plain(int width, double theta) =>
        [.. Enumerable.Range(0, width / 2).Select(pair => Math.Pow(theta, -2.0 * pair / width))];
}
