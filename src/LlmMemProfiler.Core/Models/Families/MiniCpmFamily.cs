using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Hu et al. (2024), MiniCPM; its own <c>modeling_minicpm.py</c>.</remarks>
internal sealed class MiniCpmFamily : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["minicpm"];

    public override ModelSpec Read(ModelConfig config, string name) => base.Read(config, name) with
    {
        EmbeddingScale = config.Real("scale_emb"),
        LogitScale = config.Real("dim_model_base") / Width(config),
    };

    protected override DecoderBlock Block(ModelConfig config, int layer, string name)
    {
        var block = base.Block(config, layer, name);
        var scale = config.Real("scale_depth") / Math.Sqrt(config.Layers("num_hidden_layers"));
        return block with { Branches = [.. block.Branches.Select(branch => branch with { Scale = scale })] };
    }

    protected override int HeadDim(ModelConfig config) => SharedOut(config);

    protected override bool HasFeedForwardBias(ModelConfig config) => false;
}
