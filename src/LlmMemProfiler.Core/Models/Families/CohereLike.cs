using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>What Cohere's models have in common: parallel branches behind one LayerNorm without bias, rotation of neighbors, scaled logits.</summary>
/// <remarks>transformers, <c>models/cohere/modeling_cohere.py</c>.</remarks>
internal abstract class CohereLike : LlamaLike
{
    public override ModelSpec Read(ModelConfig config, string name) => base.Read(config, name) with { LogitScale = config.Real("logit_scale") };

    protected override DecoderBlock Block(ModelConfig config, int layer, string name) => new(
    [
        new(Norm(config, name + "input_layernorm", Width(config)), Attention(config, layer, name + "self_attn.")),
        new(null, FeedForward(config, layer, name + "mlp.")),
    ], Residual.SharedNorm);

    protected override Norm Norm(ModelConfig config, string name, long width) => new(name, NormKind.LayerNorm, width, config.Epsilon("layer_norm_eps"));

    protected override ScorePositions? Positions(ModelConfig config, int layer) => Rotaries.Read(config, HeadDim(config)) with { IsInterleaved = true };

    protected override bool HasFeedForwardBias(ModelConfig config) => false;
}
