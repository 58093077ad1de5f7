namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Llama with biases that two fields switch: those of queries, keys and values, and all others.</summary>
/// <remarks>InternLM Team (2025), InternLM3; its own <c>modeling_internlm3.py</c>.</remarks>
internal sealed class InternLm3Family : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["internlm3"];

    protected override bool HasAttentionBias(ModelConfig config) => config.Flag("qkv_bias");

    protected override bool HasOutputBias(ModelConfig config) => config.Flag("bias");

    protected override bool HasFeedForwardBias(ModelConfig config) => config.Flag("bias");
}
