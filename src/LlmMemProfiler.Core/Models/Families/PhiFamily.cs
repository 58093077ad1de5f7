using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Phi 1, 1.5 and 2: attention and feed-forward read the same norm; everything has a bias.</summary>
/// <remarks>Gunasekar et al. (2023), Textbooks Are All You Need; transformers, <c>models/phi/modeling_phi.py</c>.</remarks>
internal sealed class PhiFamily : GptLike
{
    public override IReadOnlyList<string> ModelTypes => ["phi"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var (d, vocabulary) = (config.Count("hidden_size"), config.Count("vocab_size"));
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "model.",
            DModel = d,
            Positions = config.Count("max_position_embeddings"),
            Tokens = new("embed_tokens", vocabulary, d),
            Blocks = Blocks(config.Layers("num_hidden_layers"), layer => Block(config, d, $"layers.{layer}.")),
            FinalNorm = LayerNorm("final_layernorm", d, config.Epsilon("layer_norm_eps")),
            Output = new("lm_head", d, vocabulary, HasBias: true),
            TiedOutput = config.Flag("tie_word_embeddings"),
        };
    }

    private static DecoderBlock Block(ModelConfig config, int d, string name)
    {
        var (heads, headDim, epsilon) = (config.Count("num_attention_heads"), config.Share("hidden_size", "num_attention_heads"), config.Epsilon("layer_norm_eps"));
        var attention = Separate(config, heads, config.Count("num_key_value_heads", () => heads), headDim,
            (letter, wide) => new($"{name}self_attn.{letter}_proj", d, wide, HasBias: true), new(name + "self_attn.dense", d, d, HasBias: true));
        if (config.Flag("qk_layernorm"))
        {
            attention = attention with
            {
                QueryNorm = LayerNorm(name + "self_attn.q_layernorm", headDim, epsilon),
                KeyNorm = LayerNorm(name + "self_attn.k_layernorm", headDim, epsilon),
            };
        }
        var width = config.Count("intermediate_size");
        var feedForward = Plain(new(name + "mlp.fc1", d, width, HasBias: true), new(name + "mlp.fc2", width, d, HasBias: true), Activations.Read(config, "hidden_act"));
        return new(
        [
            new(LayerNorm(name + "input_layernorm", d, epsilon), attention with { Positions = Rotaries.Read(config, headDim) }),
            new(null, feedForward),
        ], Residual.SharedNorm);
    }
}
