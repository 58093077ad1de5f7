using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Jiang et al. (2024), Mixtral of Experts; transformers, <c>models/mixtral/modeling_mixtral.py</c>.</remarks>
internal sealed class MixtralFamily : MixtureLike
{
    public override IReadOnlyList<string> ModelTypes => ["mixtral"];

    protected override string FeedForwardName => "block_sparse_moe.";

    protected override string[] ExpertParts => ["w1", "w3", "w2"];

    protected override string CountField => "num_local_experts";

    protected override string WidthField => "intermediate_size";

    protected override Routing Routing(ModelConfig config) => new(RouterScores.Softmax) { IsNormalized = true };

    protected override bool HasAttentionBias(ModelConfig config) => false;

    protected override Sublayer Attention(ModelConfig config, int layer, string name) =>
        (Attention)base.Attention(config, layer, name) with { Window = config.CountOrNull("sliding_window") };
}
