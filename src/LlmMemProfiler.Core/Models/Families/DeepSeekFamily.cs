namespace LlmMemProfiler.Core.Models.Families;

/// <summary>The first DeepSeekMoE: Llama's attention, and experts with shared ones.</summary>
/// <remarks>Dai et al. (2024), DeepSeekMoE; deepseek-ai/deepseek-moe-16b-base, <c>modeling_deepseek.py</c>.</remarks>
internal sealed class DeepSeekFamily : DeepSeekLike
{
    public override IReadOnlyList<string> ModelTypes => ["deepseek"];

    protected override bool HasFeedForwardBias(ModelConfig config) => false;
}
