using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Yang et al. (2025), Qwen3; transformers, <c>models/qwen3/modeling_qwen3.py</c>.</remarks>
internal sealed class Qwen3Family : QwenLike
{
    public override IReadOnlyList<string> ModelTypes => ["qwen3", "qwen3_vl", "qwen3_vl_text", "qwen3_asr_text"];

    protected override Sublayer Attention(ModelConfig config, int layer, string name) => Softmax(config, layer, name) with
    {
        QueryNorm = Norm(config, name + "q_norm", HeadDim(config)),
        KeyNorm = Norm(config, name + "k_norm", HeadDim(config)),
    };
}
