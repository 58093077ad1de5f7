using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>GLM-4.5 Team (2025), GLM-4.5; transformers, <c>models/glm4_moe/modeling_glm4_moe.py</c>.</remarks>
internal sealed class Glm4MoeFamily : DeepSeekLike
{
    public override IReadOnlyList<string> ModelTypes => ["glm4_moe"];

    protected override bool HasOutputBias(ModelConfig config) => false;

    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var attention = (Attention)base.Attention(config, layer, name);
        return config.Flag("use_qk_norm")
            ? attention with { QueryNorm = Norm(config, name + "q_norm", attention.HeadDim), KeyNorm = Norm(config, name + "k_norm", attention.HeadDim) }
            : attention;
    }
}
