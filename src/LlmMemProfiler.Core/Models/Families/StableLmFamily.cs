using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Bellagente et al. (2024), Stable LM 2; transformers, <c>models/stablelm/modeling_stablelm.py</c>.</remarks>
internal sealed class StableLmFamily : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["stablelm", "stablelm_epoch"];

    protected override DecoderBlock Block(ModelConfig config, int layer, string name)
    {
        var block = base.Block(config, layer, name);
        return config.Flag("use_parallel_residual")
            ? new([block.Branches[0], block.Branches[1] with { Before = null }], Residual.SharedNorm)
            : block;
    }

    protected override Norm Norm(ModelConfig config, string name, long width) =>
        new(name, NormKind.LayerNorm, width, config.Epsilon("layer_norm_eps")) { HasBias = true };

    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var attention = Softmax(config, layer, name);
        return config.Flag("qk_layernorm")
            ? attention with { QueryNorm = HeadNorm(name + "q_layernorm", attention.Heads), KeyNorm = HeadNorm(name + "k_layernorm", attention.KvHeads) }
            : attention;

        Norm HeadNorm(string norm, int heads) => Norm(config, norm, HeadDim(config)) with { HasBias = false, Heads = heads, IsSplit = true };
    }

    protected override int HeadDim(ModelConfig config) => SharedOut(config);

    protected override bool HasAttentionBias(ModelConfig config) => config.Flag("use_qkv_bias");

    protected override bool HasOutputBias(ModelConfig config) => false;

    protected override bool HasFeedForwardBias(ModelConfig config) => false;
}
