using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>IBM (2024), Granite 3.0; transformers, <c>models/granite/modeling_granite.py</c>.</remarks>
internal sealed class GraniteFamily : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["granite"];

    public override ModelSpec Read(ModelConfig config, string name) => base.Read(config, name) with
    {
        EmbeddingScale = config.Real("embedding_multiplier"),
        LogitScale = config.Inverse("logits_scaling"),
    };

    protected override DecoderBlock Block(ModelConfig config, int layer, string name)
    {
        var block = base.Block(config, layer, name);
        return block with { Branches = [.. block.Branches.Select(branch => branch with { Scale = config.Real("residual_multiplier") })] };
    }

    protected override Sublayer Attention(ModelConfig config, int layer, string name) =>
        Softmax(config, layer, name) with { ScoreScale = config.Real("attention_multiplier") };
}
