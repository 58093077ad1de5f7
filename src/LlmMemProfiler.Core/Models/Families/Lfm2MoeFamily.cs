using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Liquid AI (2025), LFM2-8B-A1B; transformers, <c>models/lfm2_moe/modeling_lfm2_moe.py</c>.</remarks>
internal sealed class Lfm2MoeFamily : Lfm2Like
{
    public override IReadOnlyList<string> ModelTypes => ["lfm2_moe"];

    protected override Sublayer FeedForward(ModelConfig config, int layer, string name)
    {
        var (d, count, width) = (Width(config), config.Count("num_experts"), config.Count("moe_intermediate_size"));
        if (layer < config.Number("num_dense_layers"))
            return Gated(config, name, config.Count("intermediate_size"));
        return new Experts
        {
            Count = count,
            Picked = MixtureLike.Picked(config, count),
            Width = width,
            Activation = Activation.Silu,
            Router = new(name + "gate", d, count),
            RouterVectors = config.Flag("use_expert_bias") ? [new(name + "expert_bias", TensorRole.Parameter, [count])] : [],
            Routing = new(RouterScores.Sigmoid) { IsNormalized = config.Flag("norm_topk_prob"), Scale = config.Real("routed_scaling_factor") },
            Routed = ExpertTensors.Each(name + "experts.", count, d, width, "w1", "w3", "w2"),
            Layout = ExpertLayout.Each,
        };
    }
}
