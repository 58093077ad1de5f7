using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>BigScience Workshop (2022), BLOOM; transformers, <c>models/bloom/modeling_bloom.py</c>.</remarks>
internal sealed class BloomFamily : GptLike
{
    /// <summary>What it was trained on; ALiBi itself has no end.</summary>
    private const int TrainedLength = 2048;

    public override IReadOnlyList<string> ModelTypes => ["bloom"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var (d, vocabulary, epsilon) = (config.Count("hidden_size"), config.Count("vocab_size"), config.Epsilon("layer_norm_epsilon"));
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "transformer.",
            DModel = d,
            Positions = config.Count("seq_length", () => TrainedLength),
            Tokens = new("word_embeddings", vocabulary, d),
            EmbeddingNorm = LayerNorm("word_embeddings_layernorm", d, epsilon),
            Blocks = Blocks(config.Layers("n_layer"), layer => Block(config, d, epsilon, $"h.{layer}.")),
            FinalNorm = LayerNorm("ln_f", d, epsilon),
            Output = new("lm_head", d, vocabulary),
            TiedOutput = config.Flag("tie_word_embeddings"),
        };
    }

    private static DecoderBlock Block(ModelConfig config, int d, double epsilon, string name)
    {
        var heads = config.Count("n_head");
        var attention = Fused(config, heads, heads, config.Share("hidden_size", "n_head"), ProjectionLayout.FusedByGroup,
            width => new(name + "self_attention.query_key_value", d, width, HasBias: true), new(name + "self_attention.dense", d, d, HasBias: true));
        var width = config.Times("hidden_size", 4);
        // The class keeps it, the model does not read it.
        if (config.CountOrNull("n_inner") is { } other && other != width)
            throw new InputException($"{config.Origin}: n_inner is {other}; must be 4 × hidden_size, {width}");
        var feedForward = Plain(
            new(name + "mlp.dense_h_to_4h", d, width, HasBias: true), new(name + "mlp.dense_4h_to_h", width, d, HasBias: true), Activation.GeluTanh);
        return new(
        [
            new(LayerNorm(name + "input_layernorm", d, epsilon), attention with { Positions = new Alibi() }),
            new(LayerNorm(name + "post_attention_layernorm", d, epsilon), feedForward),
        ]);
    }
}
