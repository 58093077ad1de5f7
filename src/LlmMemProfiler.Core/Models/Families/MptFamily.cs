using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>MPT: ALiBi, one fused projection, LayerNorms without a bias, and none elsewhere unless <c>no_bias</c> is false.</summary>
/// <remarks>
/// transformers, <c>models/mpt/modeling_mpt.py</c>; what it leaves out of llm-foundry's model (norms of queries and keys, grouped heads,
/// biases) as in vLLM, <c>model_executor/models/mpt.py</c>.
/// </remarks>
internal sealed class MptFamily : GptLike
{
    private static readonly Dictionary<string, bool> FeedForwards = new() { ["mptmlp"] = true };

    private static readonly Dictionary<string, bool> LayerNorms = new() { ["low_precision_layernorm"] = true, ["layernorm"] = true };

    private static readonly Dictionary<string, Func<ModelConfig, int, int>> KvHeads = new()
    {
        ["multihead_attention"] = (_, heads) => heads,
        ["multiquery_attention"] = (_, _) => 1,
        ["grouped_query_attention"] = (attention, _) => attention.Count("kv_n_heads"),
    };

    public override IReadOnlyList<string> ModelTypes => ["mpt"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var (d, vocabulary) = (config.Count("d_model"), config.Count("vocab_size"));
        _ = config.Word("norm_type", LayerNorms);
        var attention = config.Object("attn_config");
        var width = FeedForwardWidth(config);
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "transformer.",
            DModel = d,
            Positions = config.Count("max_seq_len"),
            Tokens = new("wte", vocabulary, d),
            Blocks = Blocks(config.Layers("n_layers"), layer => Block(config, attention, d, width, $"blocks.{layer}.")),
            FinalNorm = Norm(config, "norm_f", d),
            Output = new("lm_head", d, vocabulary),
            TiedOutput = config.Flag("tie_word_embeddings"),
            LogitScale = LogitScale(config, d),
        };
    }

    private static DecoderBlock Block(ModelConfig config, ModelConfig? settings, int d, int width, string name)
    {
        var hasBias = !config.Flag("no_bias");
        return new(
        [
            new(Norm(config, name + "norm_1", d), Attention(config, settings, d, hasBias, name + "attn.")),
            new(Norm(config, name + "norm_2", d), Plain(new(name + "ffn.up_proj", d, width, hasBias), new(name + "ffn.down_proj", width, d, hasBias), Activation.Gelu)),
        ]);
    }

    private static Attention Attention(ModelConfig config, ModelConfig? settings, int d, bool hasBias, string name)
    {
        var (heads, headDim) = (config.Count("n_heads"), config.Share("d_model", "n_heads"));
        var kvHeads = settings?.Has("attn_type") == true ? settings.Word("attn_type", KvHeads)(settings, heads) : heads;
        if (settings?.Has("alibi") == true && !settings.Flag("alibi"))
            throw new InputException($"{config.Origin}: attn_config.alibi is false; only true is supported, as in transformers");
        var (queries, keys) = ((long)heads * headDim, (long)kvHeads * headDim);
        var hasNorms = settings?.Flag("qk_ln") == true;
        return Fused(config, heads, kvHeads, headDim, ProjectionLayout.Fused, wide => new(name + "Wqkv", d, wide, hasBias), new(name + "out_proj", d, d, hasBias)) with
        {
            Positions = settings?.RealOrNull("alibi_bias_max") is { } largest ? new Alibi(largest) : new Alibi(),
            ScoreScale = settings?.RealOrNull("softmax_scale"),
            ProjectionLimit = settings?.RealOrNull("clip_qkv"),
            QueryNorm = hasNorms ? Norm(config, name + "q_ln", queries) : null,
            KeyNorm = hasNorms ? Norm(config, name + "k_ln", keys) : null,
        };
    }

    private static Norm Norm(ModelConfig config, string name, long width) =>
        LayerNorm(name, width, config.Epsilon("layer_norm_epsilon")) with { HasBias = !config.Flag("no_bias") };

    /// <summary>A multiple of the width; newer configs name it, or give the width itself, in an object.</summary>
    private static int FeedForwardWidth(ModelConfig config)
    {
        var settings = config.Object("ffn_config");
        if (settings?.Has("ffn_type") == true)
            _ = settings.Word("ffn_type", FeedForwards);
        var multiple = config.Times("d_model", config.Count("expansion_ratio"));
        return settings?.CountOrNull("ffn_hidden_size") ?? multiple;
    }

    private static double LogitScale(ModelConfig config, int d) =>
        !config.Has("logit_scale") ? 1
        : config.Kind("logit_scale") == System.Text.Json.JsonValueKind.String
            ? config.Word("logit_scale", new Dictionary<string, double> { ["inv_sqrt_d_model"] = 1 / Math.Sqrt(d) })
            : config.Real("logit_scale");
}
