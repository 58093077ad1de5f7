using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>The first Qwen: one projection with a bias, and a gated feed-forward layer of half the width that the config says.</summary>
/// <remarks>Bai et al. (2023), Qwen Technical Report; Qwen/Qwen-7B, <c>modeling_qwen.py</c>.</remarks>
internal sealed class QwenFamily : GptLike
{
    public override IReadOnlyList<string> ModelTypes => ["qwen"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var (d, vocabulary) = (config.Count("hidden_size"), config.Count("vocab_size"));
        // What trained it padded the vocabulary before it counted.
        if (config.CountOrNull("padded_vocab_size") is { } padded && padded != vocabulary)
            throw new InputException($"{config.Origin}: padded_vocab_size is {padded}, but vocab_size is {vocabulary}; they must be equal");
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "transformer.",
            DModel = d,
            Positions = config.Count("max_position_embeddings"),
            Tokens = new("wte", vocabulary, d),
            Blocks = Blocks(config.Layers("num_hidden_layers"), layer => Block(config, d, $"h.{layer}.")),
            FinalNorm = Norm(config, "ln_f", d),
            Output = new("lm_head", d, vocabulary),
            TiedOutput = config.Flag("tie_word_embeddings"),
        };
    }

    private static DecoderBlock Block(ModelConfig config, int d, string name) => new(
    [
        new(Norm(config, name + "ln_1", d), Attention(config, d, name + "attn.")),
        new(Norm(config, name + "ln_2", d), FeedForward(config, d, name + "mlp.")),
    ]);

    private static Attention Attention(ModelConfig config, int d, string name)
    {
        var (heads, headDim, hasBias) = (config.Count("num_attention_heads"), config.Count("kv_channels"), !config.Flag("no_bias"));
        var trained = config.Count("seq_length", () => config.Count("max_position_embeddings"));
        var rotary = Rotaries.Read(config, headDim) with
        {
            // base · alpha^(d / (d − 2)) with alpha = 2^⌈log₂(length / trained) + 1⌉ − 1.
            Scaling = config.Flag("use_dynamic_ntk") ? new("qwen_dynamic_ntk", [("seq_length", trained)], []) : null,
        };
        return Fused(config, heads, heads, headDim, ProjectionLayout.Fused,
            wide => new(name + "c_attn", d, wide, HasBias: true), new(name + "c_proj", (long)heads * headDim, d, hasBias)) with
        {
            Positions = rotary,
            QueryLogLength = config.Flag("use_logn_attn") ? trained : null,
        };
    }

    /// <summary>c_proj(w1(x) · silu(w2(x))).</summary>
    private static FeedForward FeedForward(ModelConfig config, int d, string name)
    {
        config.RequireMultiple(config.Count("intermediate_size"), "intermediate_size", 2, "halves of the feed-forward layer");
        var (width, hasBias) = (config.Count("intermediate_size") / 2, !config.Flag("no_bias"));
        return new()
        {
            Width = width,
            Up = new(name + "w1", d, width, hasBias),
            Gate = new(name + "w2", d, width, hasBias),
            Down = new(name + "c_proj", width, d, hasBias),
            Activation = Activation.Silu,
        };
    }

    private static Norm Norm(ModelConfig config, string name, int d) => new(name, NormKind.RmsNorm, d, config.Epsilon("layer_norm_epsilon"));
}
