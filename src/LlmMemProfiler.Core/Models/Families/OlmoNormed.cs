using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>What OLMo 2 and 3 have in common: norms of all queries, and of all keys, together.</summary>
/// <remarks>transformers, <c>models/olmo2/modeling_olmo2.py</c>.</remarks>
internal abstract class OlmoNormed : NormedAfter
{
    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var attention = Softmax(config, layer, name);
        return attention with
        {
            QueryNorm = Norm(config, name + "q_norm", attention.QueryWidth),
            KeyNorm = Norm(config, name + "k_norm", attention.KvWidth),
        };
    }
}
