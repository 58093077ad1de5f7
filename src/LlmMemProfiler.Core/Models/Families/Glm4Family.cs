using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>GLM with norms after each branch too.</summary>
/// <remarks>Z.ai (2025), GLM-4-0414; transformers, <c>models/glm4/modeling_glm4.py</c>, <c>models/glm4v/modeling_glm4v.py</c>.</remarks>
internal sealed class Glm4Family : GlmLike
{
    private const string Alone = "glm4";

    public override IReadOnlyList<string> ModelTypes => [Alone, "glm4v", "glm4v_text"];

    /// <summary>GLM-4.1V's first configs have the decoder's fields beside those of the encoder.</summary>
    public override ModelSpec Read(ModelConfig config, string name) =>
        base.Read(config, name) is var model && config.ModelType == Alone ? model : model with { Prefix = "model.language_model." };

    protected override bool HasAttentionBias(ModelConfig config) => config.ModelType != Alone || base.HasAttentionBias(config);

    protected override DecoderBlock Block(ModelConfig config, int layer, string name)
    {
        var block = base.Block(config, layer, name);
        return block with
        {
            Branches =
            [
                block.Branches[0] with { After = Norm(config, name + "post_self_attn_layernorm", Width(config)) },
                block.Branches[1] with { After = Norm(config, name + "post_mlp_layernorm", Width(config)) },
            ],
        };
    }
}
