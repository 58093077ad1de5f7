using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Blocks that norm what a branch gives, instead of what it reads.</summary>
/// <remarks>Liu et al. (2021), Swin Transformer V2; transformers, <c>models/olmo2/modeling_olmo2.py</c>.</remarks>
internal abstract class NormedAfter : LlamaLike
{
    protected override DecoderBlock Block(ModelConfig config, int layer, string name) => new(
    [
        new(null, Attention(config, layer, name + "self_attn.")) { After = Norm(config, name + "post_attention_layernorm", Width(config)) },
        new(null, FeedForward(config, layer, name + "mlp.")) { After = Norm(config, name + "post_feedforward_layernorm", Width(config)) },
    ]);

    protected override bool HasFeedForwardBias(ModelConfig config) => false;
}
