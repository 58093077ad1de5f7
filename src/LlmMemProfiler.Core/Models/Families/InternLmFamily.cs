using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Llama with biases in attention, those of its output included.</summary>
/// <remarks>InternLM Team (2023), InternLM; its own <c>modeling_internlm.py</c>; Pangu Team (2025), openPangu-Embedded, <c>modeling_openpangu_dense.py</c>.</remarks>
internal sealed class InternLmFamily : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["internlm", "PanguEmbedded"];

    protected override bool HasAttentionBias(ModelConfig config) => config.Flag("bias");

    protected override bool HasFeedForwardBias(ModelConfig config) => false;

    /// <summary>Later configs of InternLM have an object of their own for the rotation.</summary>
    protected override ScorePositions Positions(ModelConfig config, int layer) => config.Object("rotary") is { } own
        ? new Rotary(HeadDim(config), own.Real("base")) { Scaling = own.Text("type") is null or "origin" ? null : new(own.Text("type")!, [], []) }
        : Rotaries.Read(config, HeadDim(config));
}
