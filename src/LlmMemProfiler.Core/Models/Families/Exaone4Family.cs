using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>LG AI Research (2025), EXAONE 4.0; transformers, <c>models/exaone4/modeling_exaone4.py</c>; EXAONE 4.5 has it inside.</remarks>
internal sealed class Exaone4Family : NormedAfter
{
    public override IReadOnlyList<string> ModelTypes => ["exaone4", "exaone4_5_text"];

    public override ModelSpec Read(ModelConfig config, string name) =>
        base.Read(config, name) with { LeftOut = MultiTokenLayers.LeftOut(config, "num_nextn_predict_layers") };

    protected override Sublayer Attention(ModelConfig config, int layer, string name) => Softmax(config, layer, name) with
    {
        QueryNorm = Norm(config, name + "q_norm", HeadDim(config)),
        KeyNorm = Norm(config, name + "k_norm", HeadDim(config)),
    };

    /// <summary>Where some layers have a window, the others know no positions.</summary>
    protected override ScorePositions? Positions(ModelConfig config, int layer) =>
        base.Positions(config, layer) is { } rotary && (Windows.Width(config) is null || Window(config, layer) is not null) ? rotary : null;

    protected override int? Window(ModelConfig config, int layer) =>
        Windows.Read(config, layer, Windows.Width(config) is not null && Slides(config, layer));

    /// <summary>All but each fourth, or by letters, 'LLLG': L has a window, and the last layer never has.</summary>
    private static bool Slides(ModelConfig config, int layer)
    {
        const string field = "sliding_window_pattern";
        if (!config.IsText(field))
            return (layer + 1) % config.Count(field) != 0;
        var pattern = config.Text(field);
        return pattern is { Length: > 0 } && pattern.All(letter => letter is 'L' or 'G')
            ? layer != config.Layers("num_hidden_layers") - 1 && pattern[layer % pattern.Length] == 'L'
            : throw new InputException($"{config.Origin}: {field} is '{pattern}'; expected a number, or letters L and G such as 'LLLG'");
    }

    protected override bool HasAttentionBias(ModelConfig config) => false;
}
