using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Lozhkov et al. (2024), StarCoder 2; transformers, <c>models/starcoder2/modeling_starcoder2.py</c>.</remarks>
internal sealed class Starcoder2Family : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["starcoder2"];

    protected override Norm Norm(ModelConfig config, string name, long width) =>
        new(name, NormKind.LayerNorm, width, config.Epsilon("norm_epsilon")) { HasBias = true };

    protected override Sublayer FeedForward(ModelConfig config, int layer, string name) => Plain(
        config.Count("intermediate_size"), Activations.Read(config, "hidden_act"),
        width => new(name + "c_fc", Width(config), width, HasAttentionBias(config)),
        width => new(name + "c_proj", width, Width(config), HasAttentionBias(config)));

    /// <summary>One flag for all linear layers of the blocks.</summary>
    protected override bool HasAttentionBias(ModelConfig config) => config.Flag("use_bias");

    protected override int? Window(ModelConfig config, int layer) => Windows.Read(config, layer, otherwise: true);
}
