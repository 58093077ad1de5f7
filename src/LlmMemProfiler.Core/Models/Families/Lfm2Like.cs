using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Short convolutions, and attention in some layers.</summary>
/// <remarks>transformers, <c>models/lfm2/modeling_lfm2.py</c>, <c>models/lfm2_moe/modeling_lfm2_moe.py</c>.</remarks>
internal abstract class Lfm2Like : LlamaLike
{
    private const string Convolution = "conv";

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var model = base.Read(config, name);
        return model with { FinalNorm = Norm(config, "embedding_norm", model.DModel) };
    }

    protected override DecoderBlock Block(ModelConfig config, int layer, string name) => new(
    [
        new(Norm(config, name + "operator_norm", Width(config)), IsConvolution(config, layer) ? Mix(config, name + "conv.") : Attention(config, layer, name + "self_attn.")),
        new(Norm(config, name + "ffn_norm", Width(config)), FeedForward(config, layer, name + "feed_forward.")),
    ]);

    protected override Norm Norm(ModelConfig config, string name, long width) => new(name, NormKind.RmsNorm, width, config.Epsilon("norm_eps"));

    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var attention = Softmax(config, layer, name);
        return attention with
        {
            QueryNorm = Norm(config, name + "q_layernorm", attention.HeadDim),
            KeyNorm = Norm(config, name + "k_layernorm", attention.HeadDim),
            Output = attention.Output with { Name = name + "out_proj" },
        };
    }

    /// <summary>w2(silu(w1(x)) · w3(x)).</summary>
    protected static FeedForward Gated(ModelConfig config, string name, int width) => new()
    {
        Width = width,
        Gate = new(name + "w1", Width(config), width),
        Up = new(name + "w3", Width(config), width),
        Down = new(name + "w2", width, Width(config)),
        Activation = Activation.Silu,
    };

    protected override bool HasAttentionBias(ModelConfig config) => false;

    protected override int HeadDim(ModelConfig config) => SharedOut(config);

    private static StateSpace Mix(ModelConfig config, string name) =>
        StateSpaces.ShortConvolution(name, Width(config), config.Count("conv_L_cache"), config.Flag("conv_bias"));

    /// <summary>As listed; where it is not, all layers but those of another list have convolutions, or none.</summary>
    private static bool IsConvolution(ModelConfig config, int layer)
    {
        var attending = config.Numbers("full_attn_idxs");
        if (config.Words("layer_types", config.Layers("num_hidden_layers")) is not { } types)
            return attending?.Contains(layer) == false;
        return types[layer] is Convolution or Windows.Full
            ? types[layer] == Convolution
            : throw new InputException($"{config.Origin}: layer_types has '{types[layer]}'; must be {Convolution} or {Windows.Full}");
    }
}
