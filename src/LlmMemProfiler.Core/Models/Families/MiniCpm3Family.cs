using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>OpenBMB (2024), MiniCPM3; transformers, <c>models/minicpm3/modeling_minicpm3.py</c>.</remarks>
internal sealed class MiniCpm3Family : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["minicpm3"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var model = base.Read(config, name);
        return model with
        {
            EmbeddingScale = config.Real("scale_emb"),
            LogitScale = (double)config.Count("dim_model_base", () => model.DModel) / model.DModel,
        };
    }

    protected override DecoderBlock Block(ModelConfig config, int layer, string name)
    {
        var (block, depth) = (base.Block(config, layer, name), Math.Sqrt(config.Layers("num_hidden_layers")));
        return block with { Branches = [.. block.Branches.Select(branch => branch with { Scale = (config.RealOrNull("scale_depth") ?? depth) / depth })] };
    }

    protected override Sublayer Attention(ModelConfig config, int layer, string name) => Latents.Read(config, name, isInterleaved: false);
}
