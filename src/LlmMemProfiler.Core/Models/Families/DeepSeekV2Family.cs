using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>DeepSeek-AI (2024), DeepSeek-V2; transformers, <c>models/deepseek_v2/modeling_deepseek_v2.py</c>.</remarks>
internal sealed class DeepSeekV2Family : DeepSeekLike
{
    public override IReadOnlyList<string> ModelTypes => ["deepseek_v2"];

    protected override Sublayer Attention(ModelConfig config, int layer, string name) => Latents.Read(config, name, isInterleaved: true);
}
