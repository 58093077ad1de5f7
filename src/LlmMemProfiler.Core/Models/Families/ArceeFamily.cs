using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Llama with a feed-forward layer that has no gate.</summary>
/// <remarks>Arcee AI (2025), AFM-4.5B; transformers, <c>models/arcee/modeling_arcee.py</c>.</remarks>
internal sealed class ArceeFamily : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["arcee"];

    protected override Sublayer FeedForward(ModelConfig config, int layer, string name)
    {
        var (d, hasBias) = (Width(config), HasFeedForwardBias(config));
        return Plain(config.Count("intermediate_size"), Activations.Read(config, "hidden_act"),
            width => new(name + "up_proj", d, width, hasBias), width => new(name + "down_proj", width, d, hasBias));
    }
}
