using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Kyutai (2025), Helium 1; transformers, <c>models/helium/modeling_helium.py</c>.</remarks>
internal sealed class HeliumFamily : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["helium"];

    protected override ScorePositions Positions(ModelConfig config, int layer) => Rotaries.Read(config, HeadDim(config)) with { IsInterleaved = true };

    protected override bool HasOutputBias(ModelConfig config) => false;
}
