namespace LlmMemProfiler.Core.Models.Families;

/// <summary>What Qwen 2 and 3 have in common: windows from some layer on, and no biases in the feed-forward layers.</summary>
/// <remarks>transformers, <c>models/qwen2/configuration_qwen2.py</c>.</remarks>
internal abstract class QwenLike : LlamaLike
{
    protected override bool HasFeedForwardBias(ModelConfig config) => false;

    protected override int? Window(ModelConfig config, int layer) => config.Flag("use_sliding_window")
        ? Windows.Read(config, layer, layer >= config.Number("max_window_layers"))
        : null;
}
