namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Jiang et al. (2023), Mistral 7B; transformers, <c>models/mistral</c> and <c>models/ministral3</c>.</remarks>
internal sealed class MistralFamily : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["mistral", "ministral3"];

    protected override bool HasAttentionBias(ModelConfig config) => false;

    protected override bool HasFeedForwardBias(ModelConfig config) => false;

    protected override int? Window(ModelConfig config, int layer) => Windows.Read(config, layer, otherwise: true);
}
