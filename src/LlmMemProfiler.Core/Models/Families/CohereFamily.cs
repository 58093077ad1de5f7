using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Cohere (2024), Command R and Aya 23; transformers, <c>models/cohere/modeling_cohere.py</c>.</remarks>
internal sealed class CohereFamily : CohereLike
{
    public override IReadOnlyList<string> ModelTypes => ["cohere"];

    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var attention = Softmax(config, layer, name);
        return config.Flag("use_qk_norm")
            ? attention with { QueryNorm = HeadNorm(name + "q_norm", attention.Heads), KeyNorm = HeadNorm(name + "k_norm", attention.KvHeads) }
            : attention;

        Norm HeadNorm(string norm, int heads) => Norm(config, norm, HeadDim(config)) with { Heads = heads };
    }
}
