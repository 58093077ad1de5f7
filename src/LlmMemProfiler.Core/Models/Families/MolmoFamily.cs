using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>The decoder of Molmo: OLMo's names, Qwen 2's biases, and a second table for the tokens of pictures.</summary>
/// <remarks>Deitke et al. (2024), Molmo and PixMo; allenai/Molmo-7B-D, <c>modeling_molmo.py</c>.</remarks>
internal sealed class MolmoFamily : LlamaLike
{
    /// <summary>The code has it as a constant.</summary>
    private const int PictureTokens = 128;

    public override IReadOnlyList<string> ModelTypes => ["molmo"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var (d, rows, vocabulary) = (Width(config), config.Count("embedding_size"), config.Count("vocab_size"));
        // Another name of the rows that the output layer has; and positions are always counted from the mask or given.
        config.PassOver("use_position_ids", "tie_word_embeddings");
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "model.transformer.",
            OutputPrefix = "model.transformer.",
            DModel = d,
            Positions = Positions(config),
            Tokens = new("wte", rows, d) { WeightName = "embedding" },
            AddedTokens = new("wte", PictureTokens, d) { WeightName = "new_embedding" },
            Blocks = [.. Enumerable.Range(0, config.Layers("num_hidden_layers")).Select(layer => Block(config, layer, $"blocks.{layer}."))],
            FinalNorm = Norm(config, "ln_f", d),
            Output = new("ff_out", d, vocabulary),
            TiedOutput = config.Flag("weight_tying"),
            LeftOut = ["the encoder of pictures"],
        };
    }

    protected override DecoderBlock Block(ModelConfig config, int layer, string name) => new(
    [
        new(Norm(config, name + "attn_norm", Width(config)), Attention(config, layer, name)),
        new(Norm(config, name + "ff_norm", Width(config)), FeedForward(config, layer, name)),
    ]);

    protected override Norm Norm(ModelConfig config, string name, long width) => new(name, NormKind.RmsNorm, width, config.Epsilon("layer_norm_eps"));

    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var separate = Softmax(config, layer, name);
        return separate with
        {
            Layout = ProjectionLayout.Fused,
            Projections = [new(name + "att_proj", Width(config), separate.QueryWidth + (2 * separate.KvWidth), config.Flag("qkv_bias"))],
            Output = separate.Output with { Name = name + "attn_out" },
        };
    }

    /// <summary>ff_out(x · silu(gate)), and the given width is that of both.</summary>
    protected override Sublayer FeedForward(ModelConfig config, int layer, string name)
    {
        config.RequireMultiple(config.Count("intermediate_size"), "intermediate_size", 2, "halves of the feed-forward layer");
        var (d, width) = (Width(config), config.Count("intermediate_size") / 2);
        return new FeedForward
        {
            Width = width,
            Up = new(name + "ff_proj", d, 2L * width),
            Down = new(name + "ff_out", width, d),
            Activation = Activation.Silu,
            IsGateLast = true,
        };
    }

    protected override bool HasAttentionBias(ModelConfig config) => false;

    protected override int HeadDim(ModelConfig config) => SharedOut(config);
}
