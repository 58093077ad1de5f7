using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>NVIDIA (2025), Nemotron-H; transformers, <c>models/nemotron_h/modeling_nemotron_h.py</c>.</remarks>
internal sealed class NemotronHFamily : ModelFamily
{
    private const char Mamba = 'M';
    private const char Attending = '*';
    private const char Dense = '-';
    private const char Mixed = 'E';

    /// <summary>Newer configs name the layers in words.</summary>
    private static readonly Dictionary<string, char> Kinds = new()
    {
        ["mamba"] = Mamba,
        ["linear_attention"] = Mamba,
        ["attention"] = Attending,
        ["full_attention"] = Attending,
        ["mlp"] = Dense,
        ["moe"] = Mixed,
    };

    /// <summary>Configs give these for all kinds of layers, whether their pattern has the kind or not.</summary>
    private static readonly string[] OfOneKind =
    [
        "num_attention_heads", "num_key_value_heads", "head_dim", "attention_head_dim", "attention_bias", "sliding_window",
        "intermediate_size", "mlp_hidden_act", "mlp_bias",
        "mamba_num_heads", "mamba_head_dim", "ssm_state_size", "n_groups", "mamba_n_groups", "conv_kernel", "mamba_d_conv", "use_conv_bias", "mamba_conv_bias", "use_bias",
        "n_routed_experts", "num_local_experts", "num_experts_per_tok", "moe_intermediate_size", "moe_shared_expert_intermediate_size", "moe_latent_size",
        "norm_topk_prob", "n_group", "topk_group", "routed_scaling_factor",
    ];

    public override IReadOnlyList<string> ModelTypes => ["nemotron_h"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        // Its heads say how wide a state's layer is; what it multiplies with has the biases of 'use_bias'.
        // The shared expert has a width of its own, and no layer rotates.
        config.PassOver("n_shared_experts", "partial_rotary_factor", "rope_theta");
        config.PassOver("expand", "mamba_proj_bias", "time_step_rank", "mtp_hybrid_override_pattern", "mtp_layers_block_type", "moe_shared_expert_overlap");
        config.PassOver(OfOneKind);
        var pattern = Pattern(config);
        var blocks = pattern.Index().Select(kind => MambaLayers.Block(config, $"layers.{kind.Index}.", layer => Mixer(config, kind.Item, layer + "mixer.")));
        var model = MambaLayers.Model(config, name, blocks);
        return model with
        {
            Positions = config.Count("max_position_embeddings"),
            LeftOut = MultiTokenLayers.LeftOut(config, "num_nextn_predict_layers"),
        };
    }

    /// <summary>As given, or as many as are listed: the class takes their number from the list.</summary>
    private static int Layers(ModelConfig config) => !config.Has("num_hidden_layers") && config.Texts("layers_block_type") is { Count: > 0 and <= ModelSpec.MaximumLayers and var listed }
        ? listed
        : config.Layers("num_hidden_layers");

    private static string Pattern(ModelConfig config)
    {
        var layers = Layers(config);
        var pattern = config.Words("layers_block_type", layers) is { } words
            ? string.Concat(words.Select(word => Kinds.TryGetValue(word, out var kind) ? kind
                : throw new InputException($"{config.Origin}: layers_block_type contains '{word}'; must be {string.Join(", ", Kinds.Keys)}")))
            : config.Text("hybrid_override_pattern") ?? throw new InputException($"{config.Origin}: hybrid_override_pattern is missing; expected a letter for each layer, such as M-M*");
        if (pattern.Length != layers)
            throw new InputException($"{config.Origin}: hybrid_override_pattern has {pattern.Length} letters; expected one for each of the {layers} layers");
        return pattern.FirstOrDefault(kind => !Kinds.ContainsValue(kind)) is not '\0' and var other
            ? throw new InputException($"{config.Origin}: hybrid_override_pattern contains '{other}'; must be {string.Join(", ", Kinds.Values.Distinct())}")
            : pattern;
    }

    private static Sublayer Mixer(ModelConfig config, char kind, string name) => kind switch
    {
        Mamba => StateSpaces.Mamba2(
            name, config.Count("hidden_size"), (config.Count("mamba_num_heads"), config.Count("mamba_head_dim")), config.Count("ssm_state_size"),
            config.Count("n_groups"), config.Count("conv_kernel"), config.Flag("use_conv_bias"), config.Flag("use_bias")),
        Attending => Attention(config, name),
        Dense => FeedForward(config, name, config.Count("intermediate_size")),
        _ => Experts(config, name),
    };

    /// <summary>The layers with a state tell the positions.</summary>
    private static Attention Attention(ModelConfig config, string name)
    {
        var (d, heads, headDim, hasBias) = (config.Count("hidden_size"), config.Count("num_attention_heads"), config.Count("head_dim"), config.Flag("attention_bias"));
        var kvHeads = config.Count("num_key_value_heads", () => heads);
        return LlamaLike.Separate(config, name, heads, kvHeads, headDim, hasBias, hasBias) with { Window = config.CountOrNull("sliding_window") };
    }

    private static FeedForward FeedForward(ModelConfig config, string name, int width)
    {
        var (d, hasBias) = (config.Count("hidden_size"), config.Flag("mlp_bias"));
        return new()
        {
            Width = width,
            Up = new(name + "up_proj", d, width, hasBias),
            Down = new(name + "down_proj", width, d, hasBias),
            Activation = Activations.Read(config, "mlp_hidden_act"),
        };
    }

    private static Experts Experts(ModelConfig config, string name)
    {
        var (d, count, width) = (config.Count("hidden_size"), config.Count("n_routed_experts"), config.Count("moe_intermediate_size"));
        var (latent, hasBias) = (config.CountOrNull("moe_latent_size"), config.Flag("mlp_bias"));
        return new()
        {
            Count = count,
            Picked = MixtureLike.Picked(config, count, layers: Layers(config)),
            Width = width,
            Activation = Activations.Read(config, "mlp_hidden_act"),
            Router = new(name + "gate", d, count),
            RouterVectors = [new(name + "gate.e_score_correction_bias", TensorRole.Parameter, [count])],
            Routing = new(RouterScores.Sigmoid)
            {
                IsNormalized = config.Flag("norm_topk_prob"),
                Groups = config.Count("n_group"),
                PickedGroups = config.Count("topk_group"),
                BestOfGroup = 2,
                Scale = config.Real("routed_scaling_factor"),
            },
            Routed = ExpertTensors.Each(name + "experts.", count, latent ?? d, width, "up_proj", "down_proj"),
            Layout = ExpertLayout.Each,
            IsGated = false,
            Narrow = latent is { } narrow ? new(name + "fc1_latent_proj", d, narrow, hasBias) : null,
            Widen = latent is { } wide ? new(name + "fc2_latent_proj", wide, d, hasBias) : null,
            Shared = FeedForward(config, name + "shared_experts.", config.Count("moe_shared_expert_intermediate_size")),
        };
    }
}
