using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Bakouch et al. (2025), SmolLM3; transformers, <c>models/smollm3/modeling_smollm3.py</c>.</remarks>
internal sealed class SmolLm3Family : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["smollm3"];

    protected override ScorePositions? Positions(ModelConfig config, int layer) =>
        base.Positions(config, layer) is { } rotary && IsRotated(config, layer) ? rotary : null;

    protected override int? Window(ModelConfig config, int layer) =>
        config.Flag("use_sliding_window") ? Windows.Read(config, layer, !IsRotated(config, layer)) : null;

    /// <summary>'no_rope_layers' has 1 where there are positions; where it is missing, each fourth layer has none.</summary>
    private static bool IsRotated(ModelConfig config, int layer) =>
        config.Numbers("no_rope_layers", config.Layers("num_hidden_layers")) is { } rotated
            ? rotated[layer] != 0
            : (layer + 1) % config.Count("no_rope_layer_interval") != 0;
}
