using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>The decoder of Qwen3-VL with experts, all of a layer in two tensors.</summary>
/// <remarks>Qwen Team (2025), Qwen3-VL; transformers, <c>models/qwen3_vl_moe/modeling_qwen3_vl_moe.py</c>.</remarks>
internal sealed class Qwen3VlMoeFamily : MixtureLike
{
    public override IReadOnlyList<string> ModelTypes => ["qwen3_vl_moe", "qwen3_vl_moe_text"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        // The width of layers without experts, of which its models have none.
        config.PassOver("intermediate_size");
        return base.Read(config, name);
    }

    protected override bool HasExperts(ModelConfig config, int layer) => QwenMixtures.HasExperts(config, layer);

    protected override Routing Routing(ModelConfig config) => new(RouterScores.Softmax) { IsNormalized = true };

    protected override bool HasFeedForwardBias(ModelConfig config) => false;

    protected override Experts Mixture(ModelConfig config, string name)
    {
        var experts = base.Mixture(config, name);
        return experts with
        {
            Routed = ExpertTensors.Stacked(
                name + "experts.gate_up_proj", name + "experts.down_proj", experts.Count, Width(config), experts.Width, isTransposed: true),
            Layout = ExpertLayout.Stacked,
        };
    }

    protected override Sublayer Attention(ModelConfig config, int layer, string name) => Softmax(config, layer, name) with
    {
        QueryNorm = Norm(config, name + "q_norm", HeadDim(config)),
        KeyNorm = Norm(config, name + "k_norm", HeadDim(config)),
    };
}
