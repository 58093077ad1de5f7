using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>What GLM 4's two forms have in common: half of each head is rotated, in pairs of neighbors, and gate and up are fused.</summary>
/// <remarks>transformers, <c>models/glm/modeling_glm.py</c>.</remarks>
internal abstract class GlmLike : LlamaLike
{
    protected override ScorePositions Positions(ModelConfig config, int layer) => Rotaries.Read(config, HeadDim(config)) with { IsInterleaved = true };

    protected override Sublayer FeedForward(ModelConfig config, int layer, string name) =>
        FusedGated(name, Width(config), config.Count("intermediate_size"), Activations.Read(config, "hidden_act"));

    protected override bool HasOutputBias(ModelConfig config) => false;
}
