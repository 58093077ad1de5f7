using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>OPT and Galactica; the 350M has norms after the sums, and an embedding of another width.</summary>
/// <remarks>Zhang et al. (2022), OPT; transformers, <c>models/opt/modeling_opt.py</c>.</remarks>
internal sealed class OptFamily : GptLike
{
    /// <summary>The first rows of the positions are for padding, as in fairseq.</summary>
    private const int Offset = 2;

    /// <summary>PyTorch's default, which the model leaves.</summary>
    private const double Epsilon = 1e-5;

    public override IReadOnlyList<string> ModelTypes => ["opt"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var (d, vocabulary, positions) = (config.Count("hidden_size"), config.Count("vocab_size"), config.Count("max_position_embeddings"));
        var embedded = config.Count("word_embed_proj_dim", () => d);
        var (isBefore, hasNoFinalNorm) = (config.Flag("do_layer_norm_before"), config.Flag("_remove_final_layer_norm"));
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "model.decoder.",
            DModel = d,
            Positions = positions,
            Tokens = new("embed_tokens", vocabulary, embedded),
            LearnedPositions = new("embed_positions", (long)positions + Offset, d),
            PositionOffset = Offset,
            EmbeddingProjection = embedded == d ? null : new("project_in", embedded, d),
            Blocks = Blocks(config.Layers("num_hidden_layers"), layer => Block(config, d, isBefore, $"layers.{layer}.")),
            FinalNorm = isBefore && !hasNoFinalNorm ? Norm(config, "final_layer_norm", d) : null,
            OutputProjection = embedded == d ? null : new("project_out", d, embedded),
            Output = new("lm_head", embedded, vocabulary),
            TiedOutput = config.Flag("tie_word_embeddings"),
        };
    }

    private static DecoderBlock Block(ModelConfig config, int d, bool isBefore, string name)
    {
        var (heads, width, hasBias) = (config.Count("num_attention_heads"), config.Count("ffn_dim"), config.Flag("enable_bias"));
        var attention = Separate(config, heads, heads, config.Share("hidden_size", "num_attention_heads"),
            (letter, wide) => new($"{name}self_attn.{letter}_proj", d, wide, hasBias), new(name + "self_attn.out_proj", d, d, hasBias));
        var feedForward = Plain(new(name + "fc1", d, width, hasBias), new(name + "fc2", width, d, hasBias), Activations.Read(config, "activation_function"));
        return new([Branch("self_attn_layer_norm", attention), Branch("final_layer_norm", feedForward)]);

        Branch Branch(string norm, Sublayer sublayer) => isBefore
            ? new(Norm(config, name + norm, d), sublayer)
            : new(null, sublayer) { AfterSum = Norm(config, name + norm, d) };
    }

    private static Norm Norm(ModelConfig config, string name, int d)
    {
        var hasTensors = config.Flag("layer_norm_elementwise_affine");
        return LayerNorm(name, d, Epsilon) with { HasWeight = hasTensors, HasBias = hasTensors };
    }
}
