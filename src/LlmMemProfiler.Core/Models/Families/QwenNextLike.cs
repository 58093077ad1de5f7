using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Gated delta nets, and gated attention in every fourth layer.</summary>
/// <remarks>Qwen Team (2025), Qwen3-Next; transformers, <c>models/qwen3_next/modeling_qwen3_next.py</c>.</remarks>
internal abstract class QwenNextLike : MixtureLike
{
    private static readonly Dictionary<string, DataType> StateTypes = new()
    {
        ["float32"] = DataType.Float32,
        ["bfloat16"] = DataType.BFloat16,
        ["float16"] = DataType.Float16,
    };

    private static readonly HashSet<string> LinearTypes = ["linear_attention", "mamba"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        config.PassOver("mtp_use_dedicated_embeddings");
        return base.Read(config, name) with { LeftOut = MultiTokenLayers.LeftOut(config, "mtp_num_hidden_layers") };
    }

    protected override DecoderBlock Block(ModelConfig config, int layer, string name)
    {
        if (!IsLinear(config, layer))
            return base.Block(config, layer, name);
        return new(
        [
            new(Norm(config, name + "input_layernorm", Width(config)), Linear(config, name + "linear_attn.")),
            new(Norm(config, name + "post_attention_layernorm", Width(config)), FeedForward(config, layer, name + FeedForwardName)),
        ]);
    }

    protected override Norm Norm(ModelConfig config, string name, long width) => new(name, NormKind.RmsNormFromOne, width, config.Epsilon("rms_norm_eps"));

    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var attention = (Attention)base.Attention(config, layer, name);
        var queries = attention.Projections[0];
        var isGated = config.Flag("attn_output_gate");
        return attention with
        {
            Projections = [queries with { Outputs = isGated ? 2 * queries.Outputs : queries.Outputs }, .. attention.Projections.Skip(1)],
            IsGated = isGated,
            QueryNorm = Norm(config, name + "q_norm", attention.HeadDim),
            KeyNorm = Norm(config, name + "k_norm", attention.HeadDim),
        };
    }

    /// <summary>The layers that make queries, keys, values, gate and the two rates of a gated delta net, below its name.</summary>
    protected abstract IEnumerable<(string Name, long Outputs)> Inputs(long keys, long values, int valueHeads);

    private StateSpace Linear(ModelConfig config, string name)
    {
        var (keyHeads, valueHeads) = (config.Count("linear_num_key_heads"), config.Count("linear_num_value_heads"));
        config.RequireMultiple(valueHeads, "linear_num_value_heads", keyHeads, "linear_num_key_heads");
        var (keyDim, valueDim) = (config.Count("linear_key_head_dim"), config.Count("linear_value_head_dim"));
        _ = Activations.Read(config, "hidden_act");
        return StateSpaces.GatedDelta(
            name, Width(config), (keyHeads, keyDim), (valueHeads, valueDim), config.Count("linear_conv_kernel_dim"),
            Inputs((long)keyHeads * keyDim, (long)valueHeads * valueDim, valueHeads), config.Word("mamba_ssm_dtype", StateTypes));
    }

    private static bool IsLinear(ModelConfig config, int layer)
    {
        var types = config.Words("layer_types", config.Layers("num_hidden_layers"));
        var interval = config.Count("full_attention_interval");
        return types is null ? (layer + 1) % interval != 0
            : LinearTypes.Contains(types[layer]) || (types[layer] is "full_attention" or "attention" ? false
                : throw new InputException($"{config.Origin}: layer_types contains '{types[layer]}'; must be linear_attention or full_attention"));
    }
}
