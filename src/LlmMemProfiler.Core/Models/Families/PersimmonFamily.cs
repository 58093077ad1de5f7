using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Persimmon, and the decoder of Fuyu: LayerNorms of queries and keys, half of each head is rotated, squared ReLU.</summary>
/// <remarks>Elsen et al. (2023), Persimmon-8B; transformers, <c>models/persimmon/modeling_persimmon.py</c>.</remarks>
internal sealed class PersimmonFamily : GptLike
{
    public override IReadOnlyList<string> ModelTypes => ["persimmon"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var (d, vocabulary, epsilon) = (config.Count("hidden_size"), config.Count("vocab_size"), config.Epsilon("layer_norm_eps"));
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "model.",
            DModel = d,
            Positions = config.Count("max_position_embeddings"),
            Tokens = new("embed_tokens", vocabulary, d),
            Blocks = Blocks(config.Layers("num_hidden_layers"), layer => Block(config, d, epsilon, $"layers.{layer}.")),
            FinalNorm = LayerNorm("final_layernorm", d, epsilon),
            Output = new("lm_head", d, vocabulary),
            TiedOutput = config.Flag("tie_word_embeddings"),
        };
    }

    private static DecoderBlock Block(ModelConfig config, int d, double epsilon, string name)
    {
        var (heads, headDim, width) = (config.Count("num_attention_heads"), config.Share("hidden_size", "num_attention_heads"), config.Count("intermediate_size"));
        var attention = Fused(config, heads, heads, headDim, ProjectionLayout.FusedByGroup,
            wide => new(name + "self_attn.query_key_value", d, wide, HasBias: true), new(name + "self_attn.dense", d, d, HasBias: true)) with
        {
            Positions = Rotaries.Read(config, headDim),
        };
        if (config.Flag("qk_layernorm"))
        {
            attention = attention with
            {
                QueryNorm = LayerNorm(name + "self_attn.q_layernorm", headDim, epsilon),
                KeyNorm = LayerNorm(name + "self_attn.k_layernorm", headDim, epsilon),
            };
        }
        var feedForward = Plain(
            new(name + "mlp.dense_h_to_4h", d, width, HasBias: true), new(name + "mlp.dense_4h_to_h", width, d, HasBias: true), Activations.Read(config, "hidden_act"));
        return new([new(LayerNorm(name + "input_layernorm", d, epsilon), attention), new(LayerNorm(name + "post_attention_layernorm", d, epsilon), feedForward)]);
    }
}
