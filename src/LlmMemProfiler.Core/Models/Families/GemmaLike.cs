using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>What all Gemmas have in common: norms from one, scaled embeddings, no biases in the feed-forward layers.</summary>
/// <remarks>transformers, <c>models/gemma/modeling_gemma.py</c>.</remarks>
internal abstract class GemmaLike : LlamaLike
{
    public override ModelSpec Read(ModelConfig config, string name) => base.Read(config, name) with { EmbeddingScale = Math.Sqrt(Width(config)) };

    protected override Norm Norm(ModelConfig config, string name, long width) => base.Norm(config, name, width) with { Kind = NormKind.RmsNormFromOne };

    protected override bool HasFeedForwardBias(ModelConfig config) => false;
}
