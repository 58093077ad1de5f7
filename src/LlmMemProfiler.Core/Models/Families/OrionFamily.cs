using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Chen et al. (2024), Orion-14B; its own <c>modeling_orion.py</c>.</remarks>
internal sealed class OrionFamily : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["orion"];

    protected override Norm Norm(ModelConfig config, string name, long width) =>
        new(name, NormKind.LayerNorm, width, config.Epsilon("rms_norm_eps")) { HasBias = true };

    protected override int HeadDim(ModelConfig config) => SharedOut(config);

    protected override bool HasFeedForwardBias(ModelConfig config) => false;
}
