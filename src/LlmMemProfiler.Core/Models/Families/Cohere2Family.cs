using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Cohere (2025), Command A; transformers, <c>models/cohere2/modeling_cohere2.py</c>.</remarks>
internal sealed class Cohere2Family : CohereLike
{
    public override IReadOnlyList<string> ModelTypes => ["cohere2"];

    /// <summary>Layers without a window know no positions.</summary>
    protected override ScorePositions? Positions(ModelConfig config, int layer) =>
        base.Positions(config, layer) is { } rotary && Window(config, layer) is not null ? rotary : null;

    protected override int? Window(ModelConfig config, int layer) =>
        Windows.Read(config, layer, (layer + 1) % config.Count("sliding_window_pattern") != 0);

    protected override int HeadDim(ModelConfig config) => SharedOut(config);
}
