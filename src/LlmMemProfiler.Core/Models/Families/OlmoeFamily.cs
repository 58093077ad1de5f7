using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Muennighoff et al. (2024), OLMoE; transformers, <c>models/olmoe/modeling_olmoe.py</c>.</remarks>
internal sealed class OlmoeFamily : MixtureLike
{
    public override IReadOnlyList<string> ModelTypes => ["olmoe"];

    protected override string WidthField => "intermediate_size";

    /// <summary>Queries and keys of all heads are normed together.</summary>
    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var attention = (Attention)base.Attention(config, layer, name);
        return attention with
        {
            QueryNorm = Norm(config, name + "q_norm", attention.QueryWidth),
            KeyNorm = Norm(config, name + "k_norm", attention.KvWidth),
            ProjectionLimit = config.RealOrNull("clip_qkv"),
            IsLimitedLast = true,
        };
    }
}
