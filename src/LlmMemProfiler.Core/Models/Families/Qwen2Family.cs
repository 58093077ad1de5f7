namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Yang et al. (2024), Qwen2; transformers, <c>models/qwen2/modeling_qwen2.py</c>.</remarks>
internal sealed class Qwen2Family : QwenLike
{
    public override IReadOnlyList<string> ModelTypes => ["qwen2", "qwen2_vl", "qwen2_vl_text", "qwen2_5_vl", "qwen2_5_vl_text", "qwen2_5_omni_text"];

    protected override bool HasAttentionBias(ModelConfig config) => true;

    protected override bool HasOutputBias(ModelConfig config) => false;
}
