using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Google DeepMind (2026), Gemma 4; transformers, <c>models/gemma4/modeling_gemma4.py</c>.</remarks>
internal sealed class Gemma4Family : LlamaLike
{
    private const string Sliding = "sliding_attention";
    private const string Full = "full_attention";

    /// <summary>Only the tokens of a picture see each other in both directions.</summary>
    private const string Pictures = "vision";

    /// <summary>By default every sixth layer sees all tokens.</summary>
    private const int Pattern = 6;

    public override IReadOnlyList<string> ModelTypes => ["gemma4", "gemma4_text", "gemma4_unified", "gemma4_unified_text"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        if (config.Text("use_bidirectional_attention") is { } directions && directions != Pictures)
            throw new InputException($"{config.Origin}: use_bidirectional_attention is '{directions}', which makes an encoder of the model; only '{Pictures}' is supported");
        var model = base.Read(config, name);
        return model with
        {
            EmbeddingScale = Math.Sqrt(model.DModel),
            LogitCap = config.RealOrNull("final_logit_softcapping"),
            PerLayerInputs = PerLayerInputs(config, model),
        };
    }

    protected override DecoderBlock Block(ModelConfig config, int layer, string name)
    {
        var d = Width(config);
        var mixes = new List<Branch>
        {
            new(Norm(config, name + "input_layernorm", d), Attention(config, layer, name + "self_attn.")) { After = Norm(config, name + "post_attention_layernorm", d) },
            Mix(config, layer, name) with { After = Norm(config, name + "post_feedforward_layernorm", d) },
        };
        if (config.Number("hidden_size_per_layer_input") is > 0 and var width)
            mixes.Add(new(null, PerLayerInput(config, name, width)) { After = Norm(config, name + "post_per_layer_input_norm", d) });
        return new([.. mixes]) { OutputScale = [new(name + "layer_scalar", TensorRole.Parameter, [1])] };
    }

    /// <summary>Layers that see all tokens have wider heads; the last ones take the keys and values of the last one of their kind before.</summary>
    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var type = TypeOf(config, layer);
        var (slidingDim, fullDim, window) = (config.Count("head_dim"), config.Count("global_head_dim"), config.Count("sliding_window"));
        var headDim = type == Full ? fullDim : slidingDim;
        var valuesAreKeys = config.Flag("attention_k_eq_v") && type == Full;
        var fullHeads = config.Count("num_global_key_value_heads", () => KvHeads(config));
        var attention = Separate(config, name, Heads(config), valuesAreKeys ? fullHeads : KvHeads(config), headDim, HasAttentionBias(config), HasOutputBias(config));
        var keysOf = KeysOf(config, layer);
        return attention with
        {
            Layout = keysOf is not null ? ProjectionLayout.QueriesOnly : valuesAreKeys ? ProjectionLayout.SharedKeyValue : ProjectionLayout.Separate,
            Projections = [.. attention.Projections.Take(keysOf is not null ? 1 : valuesAreKeys ? 2 : 3)],
            KeysOf = keysOf,
            QueryNorm = Norm(config, name + "q_norm", headDim),
            KeyNorm = keysOf is null ? Norm(config, name + "k_norm", headDim) : null,
            ValueNorm = keysOf is null ? Norm(config, name + "v_norm", headDim) with { HasWeight = false } : null,
            Positions = Rotaries.Read(config, headDim, type),
            Window = type == Full ? null : window,
            ScoreScale = 1,
        };
    }

    protected override Sublayer FeedForward(ModelConfig config, int layer, string name)
    {
        var (width, isWide) = (config.Count("intermediate_size"), config.Flag("use_double_wide_mlp") && KeysOf(config, layer) is not null);
        return Gated(name, Width(config), isWide ? config.Times("intermediate_size", 2) : width, Activations.Read(config, "hidden_activation"), hasBias: false);
    }

    /// <summary>The feed-forward layer; with experts beside it, if it has any.</summary>
    private Branch Mix(ModelConfig config, int layer, string name)
    {
        var d = Width(config);
        var dense = new Branch(Norm(config, name + "pre_feedforward_layernorm", d), FeedForward(config, layer, name + FeedForwardName));
        if (!config.Flag("enable_moe_block"))
            return dense;
        var experts = new Branch(Norm(config, name + "pre_feedforward_layernorm_2", d), Experts(config, name));
        return new(null, new SideBySide(
        [
            dense with { After = Norm(config, name + "post_feedforward_layernorm_1", d) },
            experts with { After = Norm(config, name + "post_feedforward_layernorm_2", d) },
        ]));
    }

    private Experts Experts(ModelConfig config, string name)
    {
        var (d, count, width) = (Width(config), config.Count("num_experts"), config.Count("moe_intermediate_size"));
        return new()
        {
            Count = count,
            Picked = MixtureLike.Picked(config, count, "top_k_experts"),
            Width = width,
            Activation = Activations.Read(config, "hidden_activation"),
            Router = new(name + "router.proj", d, count),
            // What the router reads is normed, and multiplied by the first vector and 1 / √d; the weights, by the second.
            RouterNorm = Norm(config, name + "router.norm", d) with { HasWeight = false },
            RouterVectors = [new(name + "router.scale", TensorRole.Parameter, [d]), new(name + "router.per_expert_scale", TensorRole.Parameter, [count])],
            Routing = new(RouterScores.Softmax) { IsNormalized = true },
            Routed = ExpertTensors.Stacked(name + "experts.gate_up_proj", name + "experts.down_proj", count, d, width),
            Layout = ExpertLayout.Stacked,
        };
    }

    private PerLayerInputs? PerLayerInputs(ModelConfig config, ModelSpec model)
    {
        var (width, rows) = (config.Number("hidden_size_per_layer_input"), config.Count("vocab_size_per_layer_input"));
        var all = (long)model.Layers * width;
        return width == 0 ? null : new(
            new("embed_tokens_per_layer", rows, all), new("per_layer_model_projection", model.DModel, all), Norm(config, "per_layer_projection_norm", width));
    }

    private static PerLayerInput PerLayerInput(ModelConfig config, string name, int width) => new(
        new(name + "per_layer_input_gate", Width(config), width), Activations.Read(config, "hidden_activation"), new(name + "per_layer_projection", width, Width(config)));

    private static string TypeOf(ModelConfig config, int layer) => Types(config)[layer];

    private static string[] Types(ModelConfig config)
    {
        var layers = config.Layers("num_hidden_layers");
        var types = config.Words("layer_types", layers);
        if (types?.FirstOrDefault(type => type is not (Sliding or Full)) is { } other)
            throw new InputException($"{config.Origin}: layer_types contains '{other}'; must be {Sliding} or {Full}");
        return
        [
            .. Enumerable.Range(0, layers)
                .Select(layer => layer == layers - 1 || (types is null ? (layer + 1) % Pattern == 0 : types[layer] == Full) ? Full : Sliding),
        ];
    }

    /// <summary>The layer whose keys and values a layer takes; null if it has its own.</summary>
    private static int? KeysOf(ModelConfig config, int layer)
    {
        var shared = config.Number("num_kv_shared_layers");
        var own = config.Layers("num_hidden_layers") - shared;
        if (layer < own)
            return null;
        var types = Types(config);
        return own > 0 && Array.FindLastIndex(types, own - 1, type => type == types[layer]) is >= 0 and var other
            ? other
            : throw new InputException($"{config.Origin}: num_kv_shared_layers is {shared}, which leaves no layer of {types[layer]} to share keys and values of; must be smaller");
    }
}
