using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>
/// OLMoE norms queries and keys, and bounds them then. One layer of width 2 without experts to speak of, by hand: the normed rows of both
/// tokens are (3, 4) / √12.5 and (4, 3) / √12.5, ten times their norms are beyond 1, so queries and keys are all (1, 1). Were they bounded
/// before, they would be ten times as long, and the second token would see only itself.
/// </summary>
/// <remarks>transformers, <c>models/olmoe/modeling_olmoe.py</c>, <c>OlmoeAttention</c>: <c>q_norm(q_proj(x))</c>, then <c>clamp_</c>; values are bounded as well.</remarks>
public class ClippedNormTests(TorchFixture fixture)
{
    private static readonly TinyModel Model = new("olmoe", """
        {"model_type": "olmoe", "vocab_size": 2, "hidden_size": 2, "num_hidden_layers": 1, "num_attention_heads": 1, "max_position_embeddings": 8,
         "intermediate_size": 1, "num_experts": 1, "num_experts_per_tok": 1, "clip_qkv": 1.0, "rms_norm_eps": 1e-12, "tie_word_embeddings": false}
        """);

    /// <summary>The second token turns by one radian: it sees the first with (1, 1) · R(1)(1, 1) = 2 cos 1, itself with 2, over √2.</summary>
    private static double[] Expected
    {
        get
        {
            var itself = 1 / (1 + Math.Exp(((2 * Math.Cos(1)) - 2) / Math.Sqrt(2)));
            var small = 3 / Math.Sqrt(12.5);
            var (x, y) = (4 + itself + ((1 - itself) * small), 3 + (itself * small) + (1 - itself));
            var root = Math.Sqrt(((x * x) + (y * y)) / 2);
            return [x / root, y / root];
        }
    }

    [Fact]
    public void Plain_loops_bound_what_was_normed() =>
        Assert.Equal(Expected, new ReferenceDecoder(Model.Spec, Weight).Logits([0, 1])[1], (a, b) => Math.Abs(a - b) < 1e-6);

    [Fact]
    public void So_does_what_is_executed()
    {
        Assert.NotNull(fixture.Library);
        using var decoder = new LoadedDecoder(Model.Spec, new() { Type = DataType.Float32, Prompt = 2, NewTokens = 1, Logits = LogitsFor.All }, Weight);
        decoder.ReplacePrompt([0, 1]);
        Assert.Equal(Expected.Select(logit => (float)logit), decoder.Decode()[0][1], (a, b) => Math.Abs(a - b) < 1e-5);
    }

    private static float[] Weight(string name) => name switch
    {
        "embed_tokens.weight" => [3, 4, 4, 3],
        _ when name.EndsWith("q_norm.weight", StringComparison.Ordinal) || name.EndsWith("k_norm.weight", StringComparison.Ordinal) => [10, 10],
        _ when name.Contains("norm", StringComparison.Ordinal) => [1, 1],
        _ when name.Contains("experts", StringComparison.Ordinal) || name.Contains("gate", StringComparison.Ordinal) => [0, 0],
        _ => [1, 0, 0, 1],
    };
}
