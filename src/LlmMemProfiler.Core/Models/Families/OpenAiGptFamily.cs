using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>The first GPT: norms after the sums, and none at the end.</summary>
/// <remarks>Radford et al. (2018); transformers, <c>models/openai/modeling_openai.py</c>.</remarks>
internal sealed class OpenAiGptFamily : GptLike
{
    public override IReadOnlyList<string> ModelTypes => ["openai-gpt"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var (d, vocabulary, positions) = (config.Count("n_embd"), config.Count("vocab_size"), config.Count("n_positions"));
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "transformer.",
            DModel = d,
            Positions = positions,
            Tokens = new("tokens_embed", vocabulary, d),
            LearnedPositions = new("positions_embed", positions, d),
            Blocks = Blocks(config.Layers("n_layer"), layer => Block(config, d, $"h.{layer}.")),
            Output = new("lm_head", d, vocabulary),
            TiedOutput = config.Flag("tie_word_embeddings"),
        };
    }

    private static DecoderBlock Block(ModelConfig config, int d, string name)
    {
        var (heads, epsilon) = (config.Count("n_head"), config.Epsilon("layer_norm_epsilon"));
        var attention = Fused(config, heads, heads, config.Share("n_embd", "n_head"), ProjectionLayout.Fused,
            width => Linear(name + "attn.c_attn", d, width), Linear(name + "attn.c_proj", d, d));
        var width = config.Times("n_embd", 4);
        var feedForward = Plain(
            Linear(name + "mlp.c_fc", d, width), Linear(name + "mlp.c_proj", width, d), Activations.Read(config, "afn"));
        return new(
        [
            new(null, attention) { AfterSum = LayerNorm(name + "ln_1", d, epsilon) },
            new(null, feedForward) { AfterSum = LayerNorm(name + "ln_2", d, epsilon) },
        ]);
    }

    private static Linear Linear(string name, long inputs, long outputs) => new(name, inputs, outputs, HasBias: true) { IsTransposed = true };
}
