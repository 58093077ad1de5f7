using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Gemma Team (2025), Gemma 3; transformers, <c>models/gemma3/modeling_gemma3.py</c>.</remarks>
internal sealed class Gemma3Family : GemmaSandwich
{
    public override IReadOnlyList<string> ModelTypes => ["gemma3_text", "gemma3"];

    protected override Sublayer Attention(ModelConfig config, int layer, string name) => (Attention)base.Attention(config, layer, name) with
    {
        QueryNorm = Norm(config, name + "q_norm", HeadDim(config)),
        KeyNorm = Norm(config, name + "k_norm", HeadDim(config)),
    };

    protected override ScorePositions Positions(ModelConfig config, int layer) =>
        Rotaries.OfKind(config, HeadDim(config), Windows.Slides(config, layer, Slides(config, layer)), "rope_local_base_freq");

    /// <summary>All but each sixth.</summary>
    protected override bool Slides(ModelConfig config, int layer) => (layer + 1) % config.Count("sliding_window_pattern") != 0;
}
