using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>
/// Hunyuan with experts. They may be narrower than a layer without experts would be, and those that all tokens share are as wide as
/// so many of that layer.
/// </summary>
/// <remarks>
/// Tencent (2025), Hunyuan-A13B; its own <c>modeling_hunyuan.py</c>; transformers, <c>models/hunyuan_v1_moe/modeling_hunyuan_v1_moe.py</c>; vLLM,
/// <c>model_executor/models/hunyuan_v1.py</c>, which alone reads <c>moe_intermediate_size</c>.
/// </remarks>
internal sealed class HunYuanMoeFamily : MixtureLike
{
    public override IReadOnlyList<string> ModelTypes => ["hunyuan_v1_moe", "hunyuan"];

    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var attention = Softmax(config, layer, name);
        return config.Flag("use_qk_norm")
            ? attention with
            {
                QueryNorm = Norm(config, name + "query_layernorm", attention.HeadDim),
                KeyNorm = Norm(config, name + "key_layernorm", attention.HeadDim),
                IsRotatedFirst = true,
            }
            : attention;
    }

    /// <summary>Its own code has a layer without experts where there would be one; transformers has a router of one.</summary>
    protected override bool HasExperts(ModelConfig config, int layer)
    {
        if (config.ModelType != "hunyuan" || config.Count("num_experts") > 1)
            return true;
        config.PassOver("moe_topk", "num_experts_per_tok", "num_shared_expert", "moe_intermediate_size", "use_mixed_mlp_moe");
        return false;
    }

    /// <summary>Their fields have one number for all layers, or a list with one for each, all alike in every model.</summary>
    protected override Experts Mixture(ModelConfig config, string name)
    {
        var (d, count) = (Width(config), config.Count("num_experts"));
        var (usual, own, shared) = (config.Count("intermediate_size"), Each(config, "moe_intermediate_size"), Each(config, "num_shared_expert") ?? 1);
        var width = own ?? usual;
        var (activation, picked) = (Activations.Read(config, "hidden_act"), Each(config, "moe_topk") ?? 1);
        if (picked > MixtureLike.Picked(config, count, "num_experts") || (long)usual * shared > int.MaxValue)
            throw new InputException($"{config.Origin}: moe_topk is {picked}; must be at most the {count} experts");
        return new()
        {
            Count = count,
            Picked = picked,
            Width = width,
            Activation = activation,
            Router = new(name + "gate.wg", d, count),
            Routing = new(RouterScores.Softmax) { IsNormalized = true },
            Routed = ExpertTensors.Each(name + "experts.", count, d, width, ExpertParts),
            Layout = ExpertLayout.Each,
            Shared = config.Flag("use_mixed_mlp_moe") ? Gated(name + "shared_mlp.", d, usual * shared, activation, hasBias: false) : null,
        };
    }

    protected override bool HasFeedForwardBias(ModelConfig config) => false;

    private static int? Each(ModelConfig config, string field)
    {
        if (!config.Has(field) || config.Kind(field) == System.Text.Json.JsonValueKind.Number)
            return config.CountOrNull(field);
        var numbers = config.Numbers(field, config.Layers("num_hidden_layers"))!;
        return numbers.Distinct().ToList() is [> 0 and var all]
            ? all
            : throw new InputException($"{config.Origin}: {field} differs from layer to layer; only the same number for all is supported");
    }
}
