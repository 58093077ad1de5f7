using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Yang et al. (2024), Qwen2 Technical Report; transformers, <c>models/qwen2_moe/modeling_qwen2_moe.py</c>.</remarks>
internal sealed class Qwen2MoeFamily : MixtureLike
{
    public override IReadOnlyList<string> ModelTypes => ["qwen2_moe"];

    protected override bool HasExperts(ModelConfig config, int layer) => QwenMixtures.HasExperts(config, layer);

    protected override Experts Mixture(ModelConfig config, string name) => QwenMixtures.WithShared(config, base.Mixture(config, name), name);

    protected override bool HasAttentionBias(ModelConfig config) => config.Flag("qkv_bias");

    protected override bool HasOutputBias(ModelConfig config) => false;

    /// <summary>Windows stand in every second layer of the first ones, if they are used.</summary>
    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var types = config.Words("layer_types", config.Layers("num_hidden_layers"));
        var first = config.Number("max_window_layers");
        var isSliding = types is not null ? types[layer] == "sliding_attention" : layer % 2 == 0 && layer < first;
        var window = config.CountOrNull("sliding_window");
        return (Attention)base.Attention(config, layer, name) with { Window = config.Flag("use_sliding_window") && isSliding ? window : null };
    }
}
