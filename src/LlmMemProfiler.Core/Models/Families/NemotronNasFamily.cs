using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Llama, with other or no attention and feed-forward in each layer, as a search has chosen.</summary>
/// <remarks>Bercovich et al. (2024), Puzzle; its own <c>modeling_decilm.py</c>.</remarks>
internal sealed class NemotronNasFamily : LlamaLike
{
    /// <summary>Widths of feed-forward layers are rounded up to it.</summary>
    private const long Multiple = 256;

    public override IReadOnlyList<string> ModelTypes => ["nemotron-nas"];

    protected override DecoderBlock Block(ModelConfig config, int layer, string name)
    {
        var branches = new (string Norm, Sublayer? Sublayer)[]
        {
            ("input_layernorm", Attention(config, Choice(config, layer, "attention"), layer, name + "self_attn.")),
            ("post_attention_layernorm", FeedForward(config, Choice(config, layer, "ffn"), name + "mlp.")),
        };
        return new([.. branches.Where(branch => branch.Sublayer is not null).Select(branch => new Branch(Norm(config, name + branch.Norm, Width(config)), branch.Sublayer!))]);
    }

    protected override int HeadDim(ModelConfig config) => SharedOut(config);

    private static ModelConfig Choice(ModelConfig config, int layer, string part) =>
        (config.Objects("block_configs", config.Layers("num_hidden_layers"))
            ?? throw new InputException($"{config.Origin}: block_configs is missing; expected an object for each layer"))[layer].Object(part)
        ?? throw new InputException($"{config.Origin}: block_configs.{part} is missing for layer {layer}; expected an object");

    /// <summary>What stands in the place of attention; null if nothing does.</summary>
    private Sublayer? Attention(ModelConfig config, ModelConfig choice, int layer, string name)
    {
        var (isLinear, group, window) = (choice.Flag("replace_with_linear"), choice.CountOrNull("n_heads_in_group"), choice.CountOrNull("window_length"));
        if (choice.Flag("no_op"))
            return null;
        if (isLinear)
            return new Projection(new(name + "linear_attn", Width(config), Width(config)));
        var (heads, divisor) = (Heads(config), group ?? choice.Count("n_heads_in_group"));
        config.RequireMultiple(heads, "query heads", divisor, "heads in a group");
        Sublayer attention = Separate(config, name, heads, heads / divisor, HeadDim(config), HasAttentionBias(config), HasOutputBias(config)) with
        {
            Positions = Positions(config, layer),
            Window = window,
        };
        return attention;
    }

    /// <summary>What stands in the place of the feed-forward layer; null if nothing does.</summary>
    private Sublayer? FeedForward(ModelConfig config, ModelConfig choice, string name)
    {
        var (isLinear, factor) = (choice.Flag("replace_with_linear"), choice.RealOrNull("ffn_mult"));
        if (choice.Flag("no_op"))
            return null;
        if (isLinear)
            return new Projection(new(name + "linear_mlp", Width(config), Width(config)));
        var width = Math.Ceiling(Math.Floor(2 * (factor ?? choice.Real("ffn_mult")) * Width(config) / 3) / Multiple) * Multiple;
        return width is > 0 and <= int.MaxValue
            ? Gated(name, Width(config), (int)width, Activations.Read(config, "hidden_act"), HasFeedForwardBias(config))
            : throw new InputException($"{config.Origin}: ffn_mult is {factor}; expected a positive number such as 5.25");
    }
}
