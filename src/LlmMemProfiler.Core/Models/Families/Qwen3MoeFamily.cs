using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Yang et al. (2025), Qwen3 Technical Report; transformers, <c>models/qwen3_moe/modeling_qwen3_moe.py</c>.</remarks>
internal sealed class Qwen3MoeFamily : MixtureLike
{
    public override IReadOnlyList<string> ModelTypes => ["qwen3_moe"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        // Its class, unlike that of Qwen2, gives all layers the window.
        config.PassOver("max_window_layers", "intermediate_size");
        return base.Read(config, name);
    }

    protected override bool HasExperts(ModelConfig config, int layer) => QwenMixtures.HasExperts(config, layer);

    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var (attention, window) = ((Attention)base.Attention(config, layer, name), config.CountOrNull("sliding_window"));
        return attention with
        {
            QueryNorm = Norm(config, name + "q_norm", attention.HeadDim),
            KeyNorm = Norm(config, name + "k_norm", attention.HeadDim),
            Window = config.Flag("use_sliding_window") ? window : null,
        };
    }
}
