using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Abdin et al. (2024), Phi-3; transformers, <c>models/phi3/modeling_phi3.py</c>.</remarks>
internal sealed class Phi3Family : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["phi3"];

    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var separate = Softmax(config, layer, name);
        return separate with
        {
            Layout = ProjectionLayout.Fused,
            Projections = [new(name + "qkv_proj", Width(config), separate.QueryWidth + (2 * separate.KvWidth))],
        };
    }

    protected override Sublayer FeedForward(ModelConfig config, int layer, string name) =>
        FusedGated(name, Width(config), config.Count("intermediate_size"), Activations.Read(config, "hidden_act"));

    protected override bool HasAttentionBias(ModelConfig config) => false;

    /// <summary>
    /// The length of the training, which chooses between the two lists of factors, stands outside of the rotary parameters. Older configs
    /// have other names for longrope.
    /// </summary>
    protected override ScorePositions Positions(ModelConfig config, int layer)
    {
        var rotary = Rotaries.Read(config, HeadDim(config));
        if (rotary.Scaling is not { } scaling)
            return rotary;
        const string original = "original_max_position_embeddings";
        return rotary with
        {
            Scaling = scaling with
            {
                Kind = scaling.Kind is "su" or "yarn" ? "longrope" : scaling.Kind,
                Numbers = [.. scaling.Numbers.Where(number => number.Name != original), (original, config.Count(original))],
            },
        };
    }

    protected override int? Window(ModelConfig config, int layer) => Windows.Read(config, layer, otherwise: true);
}
