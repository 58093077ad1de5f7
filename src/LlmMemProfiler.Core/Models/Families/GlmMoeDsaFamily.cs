using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Z.ai (2026), GLM-5; DeepSeek-AI (2025), DeepSeek-V3.2; transformers, <c>models/glm_moe_dsa/modeling_glm_moe_dsa.py</c>, <c>models/deepseek_v32</c>.</remarks>
internal sealed class GlmMoeDsaFamily : DeepSeekLike
{
    private const string Full = "full";

    public override IReadOnlyList<string> ModelTypes => ["glm_moe_dsa", "deepseek_v32"];

    protected override bool HasExperts(ModelConfig config, int layer)
    {
        if (config.Words("mlp_layer_types", config.Layers("num_hidden_layers")) is not { } types)
            return base.HasExperts(config, layer);
        // Where there is no list, the class makes it of these.
        config.PassOver("first_k_dense_replace", "moe_layer_freq");
        return types[layer] == "sparse";
    }

    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var attention = Latents.Read(config, name, config.Flag("rope_interleave"));
        var picks = Array.FindLastIndex(Picks(config), layer, isOwn => isOwn);
        return attention with { Indexer = picks == layer ? Indexer(config, name + "indexer.") : null, PicksOf = picks == layer ? null : picks };
    }

    private static Indexer Indexer(ModelConfig config, string name)
    {
        var (d, heads, headDim) = (Width(config), config.Count("index_n_heads"), config.Count("index_head_dim"));
        return new(
            heads, headDim, config.Count("index_topk"),
            [new(name + "wq_b", config.Count("q_lora_rank"), (long)heads * headDim), new(name + "wk", d, headDim), new(name + "weights_proj", d, heads)],
            new(name + "k_norm", NormKind.LayerNorm, headDim, Latents.InnerEpsilon) { HasBias = true },
            Rotaries.Read(config, config.Count("qk_rope_head_dim")) with { IsInterleaved = config.Flag("indexer_rope_interleave") });
    }

    /// <summary>True for each layer that picks tokens itself, and does not take those of a layer before. The first one does.</summary>
    private static bool[] Picks(ModelConfig config)
    {
        var (every, from, layers) = (config.Count("index_topk_freq"), config.Number("index_skip_topk_offset"), config.Layers("num_hidden_layers"));
        var (types, pattern) = (config.Words("indexer_types", layers), config.Text("index_topk_pattern"));
        if (pattern is not null && pattern.Length != layers)
            throw new InputException($"{config.Origin}: index_topk_pattern has {pattern.Length} letters; expected one for each of the {layers} layers");
        return
        [
            .. Enumerable.Range(0, layers).Select(layer => layer == 0
                || (types is not null ? types[layer] == Full : pattern is not null ? pattern[layer] == 'F' : Math.Max(layer - from + 1, 0) % every == 0)),
        ];
    }
}
