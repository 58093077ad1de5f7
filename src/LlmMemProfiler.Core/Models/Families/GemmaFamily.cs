namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Gemma Team (2024), Gemma; transformers, <c>models/gemma/modeling_gemma.py</c>.</remarks>
internal sealed class GemmaFamily : GemmaLike
{
    public override IReadOnlyList<string> ModelTypes => ["gemma"];

    /// <summary>Since transformers 4.40 <c>hidden_activation</c> counts, where it is given.</summary>
    protected override Layers.Sublayer FeedForward(ModelConfig config, int layer, string name) => Gated(
        name, Width(config), config.Count("intermediate_size"),
        Activations.Read(config, config.Text("hidden_activation") is null ? "hidden_act" : "hidden_activation"), hasBias: false);
}
