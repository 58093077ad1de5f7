using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Groeneveld et al. (2024), OLMo; transformers, <c>models/olmo/modeling_olmo.py</c>.</remarks>
internal sealed class OlmoFamily : LlamaLike
{
    /// <summary>A constant of its code.</summary>
    private const double Epsilon = 1e-5;

    public override IReadOnlyList<string> ModelTypes => ["olmo"];

    protected override Norm Norm(ModelConfig config, string name, long width) => new(name, NormKind.LayerNorm, width, Epsilon) { HasWeight = false };

    protected override Sublayer Attention(ModelConfig config, int layer, string name) =>
        Softmax(config, layer, name) with { ProjectionLimit = config.RealOrNull("clip_qkv") };

    protected override bool HasFeedForwardBias(ModelConfig config) => false;
}
