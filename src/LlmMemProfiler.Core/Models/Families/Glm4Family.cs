using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>GLM with norms after each branch too.</summary>
/// <remarks>Z.ai (2025), GLM-4-0414; transformers, <c>models/glm4/modeling_glm4.py</c>.</remarks>
internal sealed class Glm4Family : GlmLike
{
    public override IReadOnlyList<string> ModelTypes => ["glm4"];

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
