using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Baidu (2025), ERNIE 4.5; transformers, <c>models/ernie4_5/modeling_ernie4_5.py</c>.</remarks>
internal sealed class Ernie45Family : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["ernie4_5"];

    protected override ScorePositions Positions(ModelConfig config, int layer) => Rotaries.Read(config, HeadDim(config)) with { IsInterleaved = true };

    protected override bool HasAttentionBias(ModelConfig config) => config.Flag("use_bias");

    protected override bool HasFeedForwardBias(ModelConfig config) => config.Flag("use_bias");
}
