using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>StarCoder: GPT-2 with one head of keys and values for all queries, and linear layers stored the usual way.</summary>
/// <remarks>Li et al. (2023), StarCoder; transformers, <c>models/gpt_bigcode/modeling_gpt_bigcode.py</c>.</remarks>
internal sealed class GptBigCodeFamily : GptLike
{
    public override IReadOnlyList<string> ModelTypes => ["gpt_bigcode"];

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
            Tokens = new("wte", vocabulary, d),
            LearnedPositions = new("wpe", positions, d),
            Blocks = Blocks(config.Layers("n_layer"), layer => Block(config, d, $"h.{layer}.")),
            FinalNorm = LayerNorm("ln_f", d, config.Epsilon("layer_norm_epsilon")),
            Output = new("lm_head", d, vocabulary),
            TiedOutput = config.Flag("tie_word_embeddings"),
        };
    }

    private static DecoderBlock Block(ModelConfig config, int d, string name)
    {
        var (heads, isMultiQuery, epsilon) = (config.Count("n_head"), config.Flag("multi_query"), config.Epsilon("layer_norm_epsilon"));
        var attention = Fused(config, heads, isMultiQuery ? 1 : heads, config.Share("n_embd", "n_head"),
            isMultiQuery ? ProjectionLayout.Fused : ProjectionLayout.FusedByGroup,
            width => new(name + "attn.c_attn", d, width, HasBias: true), new(name + "attn.c_proj", d, d, HasBias: true));
        var width = config.Count("n_inner", () => config.Times("n_embd", 4));
        var feedForward = Plain(
            new(name + "mlp.c_fc", d, width, HasBias: true), new(name + "mlp.c_proj", width, d, HasBias: true), Activations.Read(config, "activation_function"));
        return new(
        [
            new(LayerNorm(name + "ln_1", d, epsilon), attention),
            new(LayerNorm(name + "ln_2", d, epsilon), feedForward),
        ]);
    }
}
