using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>GPT-NeoX and Pythia: attention and feed-forward read the block's input through a norm each.</summary>
/// <remarks>Black et al. (2022), GPT-NeoX-20B; transformers, <c>models/gpt_neox/modeling_gpt_neox.py</c>.</remarks>
internal sealed class GptNeoXFamily : GptLike
{
    /// <summary>Open Assistant's: one number in the place of logits.</summary>
    private const string Reward = "gpt_neox_reward_model";

    public override IReadOnlyList<string> ModelTypes => ["gpt_neox", Reward];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var (d, vocabulary) = (config.Count("hidden_size"), config.Count("vocab_size"));
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "gpt_neox.",
            DModel = d,
            Positions = config.Count("max_position_embeddings"),
            Tokens = new("embed_in", vocabulary, d),
            Blocks = Blocks(config.Layers("num_hidden_layers"), layer => Block(config, d, $"layers.{layer}.")),
            FinalNorm = LayerNorm("final_layer_norm", d, config.Epsilon("layer_norm_eps")),
            Output = config.ModelType == Reward ? new("out_proj", d, 1, HasBias: true) : new("embed_out", d, vocabulary),
            TiedOutput = config.Flag("tie_word_embeddings"),
        };
    }

    private static DecoderBlock Block(ModelConfig config, int d, string name)
    {
        var (heads, headDim, epsilon) = (config.Count("num_attention_heads"), config.Share("hidden_size", "num_attention_heads"), config.Epsilon("layer_norm_eps"));
        var hasBias = config.Flag("attention_bias");
        var attention = Fused(config, heads, heads, headDim, ProjectionLayout.FusedByGroup,
            width => new(name + "attention.query_key_value", d, width, hasBias), new(name + "attention.dense", d, d, hasBias));
        var width = config.Count("intermediate_size");
        var feedForward = Plain(
            new(name + "mlp.dense_h_to_4h", d, width, HasBias: true), new(name + "mlp.dense_4h_to_h", width, d, HasBias: true), Activations.Read(config, "hidden_act"));
        return new(
        [
            new(LayerNorm(name + "input_layernorm", d, epsilon), attention with { Positions = Rotaries.Read(config, headDim) }),
            new(LayerNorm(name + "post_attention_layernorm", d, epsilon), feedForward),
        ], config.Flag("use_parallel_residual") ? Residual.Parallel : Residual.Sequential);
    }
}
