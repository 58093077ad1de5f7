using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>rednote-hilab (2025), dots.llm1; transformers, <c>models/dots1/modeling_dots1.py</c>.</remarks>
internal sealed class Dots1Family : DeepSeekLike
{
    public override IReadOnlyList<string> ModelTypes => ["dots1"];

    protected override Sublayer Attention(ModelConfig config, int layer, string name) => Softmax(config, layer, name) with
    {
        QueryNorm = Norm(config, name + "q_norm", HeadDim(config)),
        KeyNorm = Norm(config, name + "k_norm", HeadDim(config)),
    };

    protected override bool HasFeedForwardBias(ModelConfig config) => false;

    protected override int? Window(ModelConfig config, int layer) => Windows.Read(config, layer, layer >= config.Number("max_window_layers"));
}
