using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>IBM (2024), Granite 3.0 Language Models; transformers, <c>models/granitemoe/modeling_granitemoe.py</c>.</remarks>
internal sealed class GraniteMoeFamily : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["granitemoe"];

    protected override string FeedForwardName => "block_sparse_moe.";

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
        (Attention)base.Attention(config, layer, name) with { ScoreScale = config.Real("attention_multiplier") };

    protected override Sublayer FeedForward(ModelConfig config, int layer, string name)
    {
        var (d, count, width) = (Width(config), config.Count("num_local_experts"), config.Count("intermediate_size"));
        return new Experts
        {
            Count = count,
            Picked = MixtureLike.Picked(config, count),
            Width = width,
            Activation = Activations.Read(config, "hidden_act"),
            Router = new(name + "router.layer", d, count),
            Routing = new(RouterScores.SoftmaxOfPicked),
            Routed = ExpertTensors.Stacked(name + "input_linear.weight", name + "output_linear.weight", count, d, width),
            Layout = ExpertLayout.Stacked,
        };
    }
}
