using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Reads latent attention, by the names of DeepSeek-V2.</summary>
/// <remarks>transformers, <c>models/deepseek_v3/modeling_deepseek_v3.py</c>; the scale of the scores as in DeepSeek's own code.</remarks>
internal static class Latents
{
    /// <summary>What the classes give the norms inside, whatever the config says of the others.</summary>
    public const double InnerEpsilon = 1e-6;

    /// <param name="config">The config.</param>
    /// <param name="name">Stands before the names of its tensors.</param>
    /// <param name="isInterleaved">True if neighboring elements are rotated together.</param>
    public static LatentAttention Read(ModelConfig config, string name, bool isInterleaved)
    {
        var (d, heads, kvRank) = (config.Count("hidden_size"), config.Count("num_attention_heads"), config.Count("kv_lora_rank"));
        var (plain, rotated) = (config.Count("qk_nope_head_dim"), config.Count("qk_rope_head_dim"));
        var value = config.Count("v_head_dim", () => config.Share("hidden_size", "num_attention_heads"));
        // The classes set them.
        if (!config.IsUnread("num_key_value_heads"))
            config.RequireSame("num_key_value_heads", heads, "num_attention_heads");
        config.RequireSame("qk_head_dim", plain + rotated, "qk_nope_head_dim + qk_rope_head_dim");
        var hasBias = config.Flag("attention_bias");
        var queries = (long)heads * (plain + rotated);
        var rank = config.CountOrNull("q_lora_rank");
        return new()
        {
            Heads = heads,
            KvRank = kvRank,
            PlainDim = plain,
            RotaryDim = rotated,
            ValueDim = value,
            Queries = rank is { } narrow ? [new(name + "q_a_proj", d, narrow, hasBias), new(name + "q_b_proj", narrow, queries)] : [new(name + "q_proj", d, queries)],
            QueryNorm = rank is { } normed ? new(name + "q_a_layernorm", NormKind.RmsNorm, normed, InnerEpsilon) : null,
            Compress = new(name + "kv_a_proj_with_mqa", d, (long)kvRank + rotated, hasBias),
            KeptNorm = new(name + "kv_a_layernorm", NormKind.RmsNorm, kvRank, InnerEpsilon),
            Expand = new(name + "kv_b_proj", kvRank, (long)heads * (plain + value)),
            Output = new(name + "o_proj", (long)heads * value, d, hasBias),
            Positions = Rotaries.Read(config, rotated) with { IsInterleaved = isInterleaved },
            ScoreScale = ScoreScale(config, plain + rotated),
        };
    }

    /// <summary>Scores grow with the factor of a longer context: 1 / √head · (0.1 · mscale · ln(factor) + 1)².</summary>
    private static double? ScoreScale(ModelConfig config, int headDim)
    {
        var scaling = config.Object("rope_scaling") ?? config.Object("rope_parameters");
        var (mscale, factor) = (scaling?.RealOrNull("mscale_all_dim") ?? 0, scaling?.RealOrNull("factor") ?? 1);
        return mscale == 0 || factor <= 1 ? null : Math.Pow((0.1 * mscale * Math.Log(factor)) + 1, 2) / Math.Sqrt(headDim);
    }
}
