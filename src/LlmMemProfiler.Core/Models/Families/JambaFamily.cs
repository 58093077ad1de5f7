using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Lieber et al. (2024), Jamba; transformers, <c>models/jamba/modeling_jamba.py</c>.</remarks>
internal sealed class JambaFamily : MixtureLike
{
    public override IReadOnlyList<string> ModelTypes => ["jamba"];

    protected override string FeedForwardName => "feed_forward.";

    protected override string WidthField => "intermediate_size";

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var model = base.Read(config, name);
        return model with { FinalNorm = Norm(config, "final_layernorm", model.DModel) };
    }

    protected override bool HasExperts(ModelConfig config, int layer)
    {
        var isTurn = IsTurn(config, layer, "expert_layer");
        return config.Count("num_experts") > 1 && isTurn;
    }

    protected override DecoderBlock Block(ModelConfig config, int layer, string name) => new(
    [
        new(Norm(config, name + "input_layernorm", Width(config)),
            IsTurn(config, layer, "attn_layer") ? Attention(config, layer, name + "self_attn.") : Mamba(config, name + "mamba.")),
        new(Norm(config, name + "pre_ff_layernorm", Width(config)), FeedForward(config, layer, name + FeedForwardName)),
    ]);

    /// <summary>The layers with a state tell the positions.</summary>
    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var (attention, window) = (Separate(config, name, Heads(config), KvHeads(config), HeadDim(config), hasBias: false, hasOutputBias: false), config.CountOrNull("sliding_window"));
        return attention with { Window = window };
    }

    protected override bool HasFeedForwardBias(ModelConfig config) => false;

    protected override Routing Routing(ModelConfig config) => new(RouterScores.Softmax);

    protected override Experts Mixture(ModelConfig config, string name) =>
        base.Mixture(config, name) with { Router = new(name + "router", Width(config), config.Count("num_experts")) };

    private static StateSpace Mamba(ModelConfig config, string name) => StateSpaces.Mamba(
        name, Width(config), config.Times("hidden_size", config.Count("mamba_expand")), config.Count("mamba_d_state"),
        MambaLayers.TimeRank(config, "mamba_dt_rank"), config.Count("mamba_d_conv"), config.Flag("mamba_conv_bias"), config.Flag("mamba_proj_bias"), hasNorms: true);

    /// <summary>True for one layer in every period.</summary>
    private static bool IsTurn(ModelConfig config, int layer, string field)
    {
        var (period, offset) = (config.Count(field + "_period"), config.Number(field + "_offset"));
        return offset < period ? layer % period == offset
            : throw new InputException($"{config.Origin}: {field}_offset is {offset}; must be smaller than {field}_period, {period}");
    }
}
