using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Parmar et al. (2024), Nemotron-4 15B; transformers, <c>models/nemotron/modeling_nemotron.py</c>.</remarks>
internal sealed class NemotronFamily : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["nemotron"];

    protected override Norm Norm(ModelConfig config, string name, long width) =>
        new(name, NormKind.LayerNormFromOne, width, config.Epsilon("norm_eps")) { HasBias = true };

    protected override Sublayer FeedForward(ModelConfig config, int layer, string name) => Plain(
        config.Count("intermediate_size"), Activations.Read(config, "hidden_act"),
        width => new(name + "up_proj", Width(config), width, HasFeedForwardBias(config)),
        width => new(name + "down_proj", width, Width(config), HasFeedForwardBias(config)));
}
