using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Experts as in DeepSeek-V3: dense first layers, shared experts, sigmoid scores with a correction, groups.</summary>
/// <remarks>DeepSeek-AI (2024), DeepSeek-V3 Technical Report; transformers, <c>models/deepseek_v3/modeling_deepseek_v3.py</c>.</remarks>
internal abstract class DeepSeekLike : MixtureLike
{
    private static readonly Dictionary<string, RouterScores> Scores = new() { ["sigmoid"] = RouterScores.Sigmoid, ["softmax"] = RouterScores.Softmax };

    /// <summary>How groups are scored: not at all, by their best expert, or by their best two, with a correction for each expert.</summary>
    private static readonly Dictionary<string, int> BestOfGroup = new() { ["greedy"] = 0, ["group_limited_greedy"] = 1, ["noaux_tc"] = 2 };

    protected override string CountField => "n_routed_experts";

    public override ModelSpec Read(ModelConfig config, string name)
    {
        // The width of layers without experts, of which some models have none.
        if (Enumerable.Range(0, config.Layers("num_hidden_layers")).All(layer => HasExperts(config, layer)))
            config.PassOver("intermediate_size");
        return base.Read(config, name) with { LeftOut = MultiTokenLayers.LeftOut(config, "num_nextn_predict_layers") };
    }

    protected override bool HasExperts(ModelConfig config, int layer) =>
        config.Count("moe_layer_freq") is var step && layer >= config.Number("first_k_dense_replace") && layer % step == 0;

    protected override Experts Mixture(ModelConfig config, string name)
    {
        var experts = base.Mixture(config, name);
        var shared = (long)config.Number("n_shared_experts") * experts.Width;
        return experts with
        {
            Router = experts.Router with { IsParameter = true },
            RouterVectors = HasCorrection(config) ? [new(name + "gate.e_score_correction_bias", TensorRole.Parameter, [experts.Count])] : [],
            Shared = shared == 0 ? null : Gated(name + "shared_experts.", Width(config), Int(config, shared), experts.Activation, hasBias: false),
        };
    }

    protected override Routing Routing(ModelConfig config)
    {
        var best = config.Word("topk_method", BestOfGroup);
        var (groups, picked) = (config.Count("n_group", () => 1), config.Count("topk_group", () => 1));
        return new(config.Word("scoring_func", Scores))
        {
            IsNormalized = config.Flag("norm_topk_prob"),
            Groups = best == 0 ? 1 : groups,
            PickedGroups = best == 0 ? 1 : picked,
            BestOfGroup = Math.Max(1, best),
            Scale = config.Real("routed_scaling_factor"),
        };
    }

    private static bool HasCorrection(ModelConfig config) => config.Word("topk_method", BestOfGroup) == BestOfGroup["noaux_tc"];

    private static int Int(ModelConfig config, long width) => width <= int.MaxValue
        ? (int)width
        : throw new InputException($"{config.Origin}: n_shared_experts times moe_intermediate_size is {width}; must be at most {int.MaxValue}");
}
