using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>OLMo Team (2025), Olmo 3; transformers, <c>models/olmo3/modeling_olmo3.py</c>.</remarks>
internal sealed class Olmo3Family : OlmoNormed
{
    public override IReadOnlyList<string> ModelTypes => ["olmo3"];

    protected override ScorePositions Positions(ModelConfig config, int layer) =>
        Rotaries.OfKind(config, HeadDim(config), Windows.Slides(config, layer, Slides(layer)), "rope_theta");

    protected override int? Window(ModelConfig config, int layer) => Windows.Read(config, layer, Slides(layer));

    /// <summary>All but each fourth.</summary>
    private static bool Slides(int layer) => (layer + 1) % 4 != 0;
}
