using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>MiniMax (2025), MiniMax-M2; transformers, <c>models/minimax_m2/modeling_minimax_m2.py</c>.</remarks>
internal sealed class MiniMaxM2Family : MixtureLike
{
    /// <summary>In its list of the layers' attention; 0 is linear.</summary>
    private const int SoftmaxAttention = 1;

    /// <summary>True if queries and keys of all heads are normed together, false if each head is.</summary>
    private static readonly Dictionary<string, bool> NormTypes = new() { ["per_layer"] = true, ["per_head"] = false };

    private static readonly Dictionary<string, RouterScores> Scores = new() { ["sigmoid"] = RouterScores.Sigmoid, ["softmax"] = RouterScores.Softmax };

    public override IReadOnlyList<string> ModelTypes => ["minimax_m2"];

    protected override string FeedForwardName => "block_sparse_moe.";

    protected override string[] ExpertParts => ["w1", "w3", "w2"];

    protected override string CountField => "num_local_experts";

    protected override string WidthField => "intermediate_size";

    public override ModelSpec Read(ModelConfig config, string name)
    {
        // Of the class that it came from.
        config.PassOver("mlp_intermediate_size", "shared_moe_mode", "sliding_window");
        if (config.Numbers("attn_type_list", config.Layers("num_hidden_layers"))?.Any(type => type != SoftmaxAttention) == true)
            throw new InputException($"{config.Origin}: attn_type_list has another number than {SoftmaxAttention}; only softmax attention is supported");
        var (modules, layers) = (config.Number("num_mtp_modules"), config.Number("mtp_transformer_layers"));
        return base.Read(config, name) with
        {
            LeftOut = config.Flag("use_mtp") && modules * layers > 0 ? [$"num_mtp_modules {modules}, of {layers} layers each (multi-token prediction)"] : [],
        };
    }

    protected override bool HasAttentionBias(ModelConfig config) => false;

    protected override Routing Routing(ModelConfig config) => new(config.Word("scoring_func", Scores)) { IsNormalized = true };

    protected override Experts Mixture(ModelConfig config, string name)
    {
        var experts = base.Mixture(config, name);
        return config.Flag("use_routing_bias")
            ? experts with { RouterVectors = [new(name + "e_score_correction_bias", TensorRole.Parameter, [experts.Count])] }
            : experts;
    }

    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var attention = (Attention)base.Attention(config, layer, name);
        var (isWhole, rotated) = (config.Word("qk_norm_type", NormTypes), config.CountOrNull("rotary_dim"));
        return attention with
        {
            Positions = (Rotary)attention.Positions! with { Width = rotated ?? attention.HeadDim },
            QueryNorm = config.Flag("use_qk_norm") ? Norm(config, name + "q_norm", isWhole ? attention.QueryWidth : attention.HeadDim) : null,
            KeyNorm = config.Flag("use_qk_norm") ? Norm(config, name + "k_norm", isWhole ? attention.KvWidth : attention.HeadDim) : null,
        };
    }
}
