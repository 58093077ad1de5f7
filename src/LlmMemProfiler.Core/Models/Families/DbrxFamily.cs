using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Databricks (2024), DBRX; transformers, <c>models/dbrx/modeling_dbrx.py</c>.</remarks>
internal sealed class DbrxFamily : ModelFamily
{
    private const double NormEpsilon = 1e-5;

    public override IReadOnlyList<string> ModelTypes => ["dbrx"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var (d, vocabulary, layers) = (config.Count("d_model"), config.Count("vocab_size"), config.Layers("n_layers"));
        var block = Block(config);
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "transformer.",
            DModel = d,
            Positions = config.Count("max_seq_len"),
            Tokens = new("wte", vocabulary, d),
            Blocks = [.. Enumerable.Range(0, layers).Select(layer => block($"blocks.{layer}."))],
            FinalNorm = Norm("norm_f", d),
            Output = new("lm_head", d, vocabulary),
            TiedOutput = config.Flag("tie_word_embeddings"),
        };
    }

    private static Func<string, DecoderBlock> Block(ModelConfig config)
    {
        var d = config.Count("d_model");
        var (attention, experts) = (Attention(config), Experts(config));
        return name => new(
        [
            new(Norm(name + "norm_attn_norm.norm_1", d), attention(name + "norm_attn_norm.attn.")),
            new(Norm(name + "norm_attn_norm.norm_2", d), experts(name + "ffn.")),
        ]);
    }

    private static Norm Norm(string name, long width) => new(name, NormKind.LayerNorm, width, NormEpsilon);

    private static Func<string, Attention> Attention(ModelConfig config)
    {
        var inner = config.Object("attn_config");
        inner?.PassOver("model_type", "attn_pdrop");
        var (d, heads) = (config.Count("d_model"), config.Count("n_heads"));
        var kvHeads = inner?.CountOrNull("kv_n_heads") ?? config.Count("attn_config.kv_n_heads");
        var theta = inner?.RealOrNull("rope_theta") ?? config.Real("attn_config.rope_theta");
        var limit = inner?.RealOrNull("clip_qkv");
        config.RequireMultiple(heads, "n_heads", kvHeads, "kv_n_heads");
        var headDim = config.Share("d_model", "n_heads");
        return name => new()
        {
            Heads = heads,
            KvHeads = kvHeads,
            HeadDim = headDim,
            Layout = ProjectionLayout.Fused,
            Projections = [new(name + "Wqkv", d, d + (2L * kvHeads * headDim))],
            Output = new(name + "out_proj", d, d),
            Positions = new Rotary(headDim, theta),
            ProjectionLimit = limit,
        };
    }

    private static Func<string, Experts> Experts(ModelConfig config)
    {
        var inner = config.Object("ffn_config");
        // Training only.
        inner?.PassOver("model_type", "moe_jitter_eps", "moe_loss_weight", "uniform_expert_assignment");
        var d = config.Count("d_model");
        int Count(string field) => inner?.CountOrNull(field) ?? config.Count("ffn_config." + field);
        var (count, width, picked) = (Count("moe_num_experts"), Count("ffn_hidden_size"), Count("moe_top_k"));
        if (picked > count)
            throw new InputException($"{config.Origin}: moe_top_k is {picked}; must be at most the {count} experts");
        var activation = inner?.Object("ffn_act_fn") is { } function && function.Has("name") ? Activations.Read(function, "name") : Activation.Silu;
        // Weights are divided by this norm of them: 1 is their sum.
        if ((inner?.RealOrNull("moe_normalize_expert_weights") ?? 1) is not 1 and var norm)
            throw new InputException($"{config.Origin}: moe_normalize_expert_weights is {norm}; only 1 is supported");
        return name => new()
        {
            Count = count,
            Picked = picked,
            Width = width,
            Activation = activation,
            Router = new(name + "router.layer", d, count),
            Routing = new(RouterScores.Softmax) { IsNormalized = true },
            Routed = [.. ((string[])["w1", "v1", "w2"]).Select(part => new Weight($"{name}experts.mlp.{part}", TensorRole.LinearWeight, [(long)count * width, d]))],
            Layout = ExpertLayout.Rows,
        };
    }
}
