using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Lightning attention, whose state has a constant size, and softmax attention in every eighth layer.</summary>
/// <remarks>MiniMax (2025), MiniMax-01 and MiniMax-M1; their own <c>modeling_minimax_m1.py</c>; transformers, <c>models/minimax</c>.</remarks>
internal sealed class MiniMaxFamily : MixtureLike
{
    private const string Linear = "linear_attention";

    public override IReadOnlyList<string> ModelTypes => ["minimax", "minimax_m1", "minimax_text_01"];

    protected override string FeedForwardName => "block_sparse_moe.";

    protected override string[] ExpertParts => ["w1", "w3", "w2"];

    protected override string CountField => "num_local_experts";

    protected override string WidthField => "intermediate_size";

    public override ModelSpec Read(ModelConfig config, string name)
    {
        // An expert that all tokens share has no width in any of these models.
        config.PassOver("shared_moe_mode", "block_size");
        return base.Read(config, name);
    }

    /// <summary>What a branch gives is added to the normed input, where 'postnorm' says so, and both are multiplied.</summary>
    protected override DecoderBlock Block(ModelConfig config, int layer, string name)
    {
        var (isLinear, isNormed) = (IsLinear(config, layer), config.Flag("postnorm"));
        // All four are fields of any of these models, whatever stands in the layer.
        var (linear, softmax, mix) = (Factors(config, "linear_attn"), Factors(config, "full_attn"), Factors(config, "mlp"));
        var attention = isLinear ? Lightning(config, name + "self_attn.") : Attention(config, layer, name + "self_attn.");
        return new(
        [
            Join(new(Norm(config, name + "input_layernorm", Width(config)), attention), isLinear ? linear : softmax),
            Join(new(Norm(config, name + "post_attention_layernorm", Width(config)), FeedForward(config, layer, name + FeedForwardName)), mix),
        ]);

        Branch Join(Branch branch, (double Residual, double Output) factors) =>
            branch with { ResidualScale = factors.Residual, Scale = factors.Output, AddsToNormed = isNormed };
    }

    protected override bool HasAttentionBias(ModelConfig config) => false;

    protected override Routing Routing(ModelConfig config) => new(RouterScores.Softmax) { IsNormalized = true };

    protected override ScorePositions Positions(ModelConfig config, int layer) =>
        Rotaries.Read(config, HeadDim(config)) with { Width = config.CountOrNull("rotary_dim") ?? HeadDim(config) };

    private static (double Residual, double Output) Factors(ModelConfig config, string part) =>
        (config.Real(part + "_alpha_factor"), config.Real(part + "_beta_factor"));

    private StateSpace Lightning(ModelConfig config, string name) => StateSpaces.Lightning(name, Width(config), Heads(config), HeadDim(config));

    /// <summary>As one of two lists says; without them, in every other layer from the second on.</summary>
    private static bool IsLinear(ModelConfig config, int layer)
    {
        var layers = config.Layers("num_hidden_layers");
        var (types, kinds) = (config.Words("layer_types", layers), config.Numbers("attn_type_list", layers));
        return types is not null ? types[layer] == Linear : kinds is not null ? kinds[layer] == 0 : (layer + 1) % 2 == 0;
    }
}
