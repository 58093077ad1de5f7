using System.Text.Json;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Meta (2025), Llama 4; transformers, <c>models/llama4/modeling_llama4.py</c>.</remarks>
internal sealed class Llama4Family : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["llama4", "llama4_text"];

    protected override string FeedForwardName => "feed_forward.";

    /// <summary>Layers that rotate attend within chunks; the others see all, and their queries grow with the position.</summary>
    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var attention = (Attention)base.Attention(config, layer, name);
        var (isRotated, chunk) = (IsRotated(config, layer), config.CountOrNull("attention_chunk_size"));
        var types = config.Words("layer_types", config.Layers("num_hidden_layers"));
        var isChunked = types is null ? isRotated : types[layer] == "chunked_attention";
        var norm = config.Flag("use_qk_norm") && isRotated ? Norm(config, name + "qk_norm", attention.HeadDim) with { HasWeight = false } : null;
        var temperature = new QueryTemperature(config.Real("floor_scale"), config.Real("attn_scale"));
        return attention with
        {
            Positions = isRotated ? (Rotary)attention.Positions! with { IsInterleaved = true } : null,
            Window = isChunked ? chunk : null,
            IsChunked = isChunked && chunk is not null,
            QueryNorm = norm,
            KeyNorm = norm,
            IsRotatedFirst = norm is not null,
            Temperature = IsOn(config, "attn_temperature_tuning") && !isRotated ? temperature : null,
        };
    }

    protected override Sublayer FeedForward(ModelConfig config, int layer, string name)
    {
        var (d, activation, wide) = (Width(config), Activations.Read(config, "hidden_act"), config.Count("intermediate_size_mlp"));
        if (!HasExperts(config, layer))
            return Gated(name, d, wide, activation, hasBias: false);
        var (count, width) = (config.Count("num_local_experts"), config.Count("intermediate_size"));
        return new Experts
        {
            Count = count,
            Picked = MixtureLike.Picked(config, count),
            Width = width,
            Activation = activation,
            Router = new(name + "router", d, count),
            Routing = new(RouterScores.Sigmoid) { WeighsInputs = true },
            Routed = ExpertTensors.Stacked(name + "experts.gate_up_proj", name + "experts.down_proj", count, d, width, isTransposed: true),
            Layout = ExpertLayout.Stacked,
            Shared = Gated(name + "shared_expert.", d, width, activation, hasBias: false),
        };
    }

    /// <summary>By a list with a number for each layer, 0 for those that do not; or all but every n-th.</summary>
    private static bool IsRotated(ModelConfig config, int layer)
    {
        var (list, interval) = (config.Numbers("no_rope_layers"), config.Count("no_rope_layer_interval"));
        if (list is null or { Count: 0 })
            return (layer + 1) % interval != 0;
        return layer < list.Count ? list[layer] != 0
            : throw new InputException($"{config.Origin}: no_rope_layers has {list.Count} elements; expected one for each of the {config.Layers("num_hidden_layers")} layers");
    }

    /// <summary>True or false, or a number, as the first configs have it.</summary>
    private static bool IsOn(ModelConfig config, string field) =>
        config.Has(field) && config.Kind(field) == JsonValueKind.Number ? config.Number(field) != 0 : config.Flag(field);

    private static bool HasExperts(ModelConfig config, int layer)
    {
        var (list, step) = (config.Numbers("moe_layers"), config.Count("interleave_moe_layer_step"));
        return list?.Contains(layer) ?? ((layer + 1) % step == 0);
    }
}
