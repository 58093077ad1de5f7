using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>What Gemma 2 and 3 have in common: norms before and after each branch, layers with and without a window, scaled and capped scores.</summary>
/// <remarks>transformers, <c>models/gemma2/modeling_gemma2.py</c>.</remarks>
internal abstract class GemmaSandwich : GemmaLike
{
    public override ModelSpec Read(ModelConfig config, string name) => base.Read(config, name) with { LogitCap = config.RealOrNull("final_logit_softcapping") };

    protected override DecoderBlock Block(ModelConfig config, int layer, string name) => new(
    [
        new(Norm(config, name + "input_layernorm", Width(config)), Attention(config, layer, name + "self_attn."))
        {
            After = Norm(config, name + "post_attention_layernorm", Width(config)),
        },
        new(Norm(config, name + "pre_feedforward_layernorm", Width(config)), FeedForward(config, layer, name + "mlp."))
        {
            After = Norm(config, name + "post_feedforward_layernorm", Width(config)),
        },
    ]);

    protected override Sublayer Attention(ModelConfig config, int layer, string name) => Softmax(config, layer, name) with
    {
        ScoreScale = 1 / Math.Sqrt(config.Count("query_pre_attn_scalar")),
        ScoreCap = config.RealOrNull("attn_logit_softcapping"),
    };

    protected override Sublayer FeedForward(ModelConfig config, int layer, string name) =>
        Gated(name, Width(config), config.Count("intermediate_size"), Activations.Read(config, "hidden_activation"), hasBias: false);

    protected override int? Window(ModelConfig config, int layer) => Windows.Read(config, layer, Slides(config, layer));

    /// <summary>True if the layer has a window, where <c>layer_types</c> does not say.</summary>
    protected abstract bool Slides(ModelConfig config, int layer);
}
