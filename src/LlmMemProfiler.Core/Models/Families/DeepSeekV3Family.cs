using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>
/// DeepSeek-AI (2024), DeepSeek-V3 Technical Report; Kimi Team (2025), Kimi K2; transformers, <c>models/deepseek_v3/modeling_deepseek_v3.py</c>.
/// </remarks>
internal sealed class DeepSeekV3Family : DeepSeekLike
{
    public override IReadOnlyList<string> ModelTypes => ["deepseek_v3", "kimi_k2"];

    protected override Sublayer Attention(ModelConfig config, int layer, string name) => Latents.Read(config, name, config.Flag("rope_interleave"));
}
