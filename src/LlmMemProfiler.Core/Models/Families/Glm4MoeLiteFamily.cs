using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Z.ai (2026), GLM-4.7-Flash; transformers, <c>models/glm4_moe_lite/modeling_glm4_moe_lite.py</c>.</remarks>
internal sealed class Glm4MoeLiteFamily : DeepSeekLike
{
    public override IReadOnlyList<string> ModelTypes => ["glm4_moe_lite"];

    protected override bool HasExperts(ModelConfig config, int layer) =>
        config.Words("mlp_layer_types", config.Layers("num_hidden_layers")) is { } types ? types[layer] == "sparse" : base.HasExperts(config, layer);

    protected override Sublayer Attention(ModelConfig config, int layer, string name) => Latents.Read(config, name, config.Flag("rope_interleave"));
}
