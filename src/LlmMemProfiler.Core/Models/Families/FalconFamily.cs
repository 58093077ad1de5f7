using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Falcon, and RefinedWeb, as its first configs call it.</summary>
/// <remarks>Almazrouei et al. (2023), The Falcon Series; transformers, <c>models/falcon/modeling_falcon.py</c>.</remarks>
internal sealed class FalconFamily : GptLike
{
    public override IReadOnlyList<string> ModelTypes => ["falcon", "RefinedWeb", "RefinedWebModel"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var (d, vocabulary) = (config.Count("hidden_size"), config.Count("vocab_size"));
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "transformer.",
            DModel = d,
            Positions = config.Count("max_position_embeddings"),
            Tokens = new("word_embeddings", vocabulary, d),
            Blocks = Blocks(config.Layers("num_hidden_layers"), layer => Block(config, d, $"h.{layer}.")),
            FinalNorm = LayerNorm("ln_f", d, config.Epsilon("layer_norm_epsilon")),
            Output = new("lm_head", d, vocabulary),
            TiedOutput = config.Flag("tie_word_embeddings"),
        };
    }

    private static DecoderBlock Block(ModelConfig config, int d, string name)
    {
        var (isParallel, isNew, epsilon) = (config.Flag("parallel_attn"), config.Flag("new_decoder_architecture"), config.Epsilon("layer_norm_epsilon"));
        var norms = config.Count("num_ln_in_parallel_attn", () => isNew ? 2 : 1);
        if (isNew && !isParallel)
            throw new InputException($"{config.Origin}: parallel_attn is false, but new_decoder_architecture is true; must be true with it");
        if (norms > (isNew ? 2 : 1))
            throw new InputException($"{config.Origin}: num_ln_in_parallel_attn is {norms}; must be 1, or 2 with new_decoder_architecture");
        var (attention, feedForward) = (Attention(config, d, isNew, name + "self_attention."), FeedForward(config, d, name + "mlp."));
        return norms == 2 ? new([new(Norm("ln_attn"), attention), new(Norm("ln_mlp"), feedForward)], Residual.Parallel)
            : isParallel ? new([new(Norm("input_layernorm"), attention), new(null, feedForward)], Residual.SharedNorm)
            : new([new(Norm("input_layernorm"), attention), new(Norm("post_attention_layernorm"), feedForward)]);

        Norm Norm(string norm) => LayerNorm(name + norm, d, epsilon);
    }

    private static Attention Attention(ModelConfig config, int d, bool isNew, string name)
    {
        var (heads, headDim, hasBias) = (config.Count("num_attention_heads"), config.Share("hidden_size", "num_attention_heads"), config.Flag("bias"));
        // The old one has as many key/value heads as query heads, or one.
        var groups = config.Count("num_kv_heads", () => heads);
        var isMultiQuery = config.Flag("multi_query") && !isNew;
        var kvHeads = isNew ? groups : isMultiQuery ? 1 : heads;
        var rotary = Rotaries.Read(config, headDim);
        return Fused(config, heads, kvHeads, headDim, isMultiQuery ? ProjectionLayout.Fused : ProjectionLayout.FusedByGroup,
            width => new(name + "query_key_value", d, width, hasBias), new(name + "dense", d, d, hasBias)) with
        {
            // The biases are added before scores are divided by √head_dim.
            Positions = config.Flag("alibi") ? new Alibi { Scale = 1 / Math.Sqrt(headDim) } : rotary,
        };
    }

    private static FeedForward FeedForward(ModelConfig config, int d, string name)
    {
        var (width, hasBias) = (config.Count("ffn_hidden_size", () => config.Times("hidden_size", 4)), config.Flag("bias"));
        return Plain(new(name + "dense_h_to_4h", d, width, hasBias), new(name + "dense_4h_to_h", width, d, hasBias), Activations.Read(config, "activation"));
    }
}
