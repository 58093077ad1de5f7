using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Abdin et al. (2024), Phi-3 Technical Report; transformers, <c>models/phimoe/modeling_phimoe.py</c>.</remarks>
internal sealed class PhiMoeFamily : MixtureLike
{
    public override IReadOnlyList<string> ModelTypes => ["phimoe"];

    protected override string FeedForwardName => "block_sparse_moe.";

    protected override string[] ExpertParts => ["w1", "w3", "w2"];

    protected override string CountField => "num_local_experts";

    protected override string WidthField => "intermediate_size";

    public override ModelSpec Read(ModelConfig config, string name)
    {
        // The class copies it out of rope_scaling.
        config.PassOver("original_max_position_embeddings");
        var model = base.Read(config, name);
        return model with { Output = model.Output with { HasBias = config.Flag("lm_head_bias") } };
    }

    protected override Norm Norm(ModelConfig config, string name, long width) => new(name, NormKind.LayerNorm, width, config.Epsilon("rms_norm_eps")) { HasBias = true };

    protected override Routing Routing(ModelConfig config) => new(RouterScores.SparseMixer) { Tolerance = config.Real("router_jitter_noise") };

    protected override Sublayer Attention(ModelConfig config, int layer, string name) =>
        (Attention)base.Attention(config, layer, name) with { Window = config.CountOrNull("sliding_window") };
}
