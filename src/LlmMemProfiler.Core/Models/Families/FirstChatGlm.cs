using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>The first ChatGLM, whose config has the same model_type as the later ones: biases everywhere, and normed inputs that outputs are added to.</summary>
/// <remarks>Zeng et al. (2022), GLM-130B; zai-org/chatglm-6b, <c>modeling_chatglm.py</c>.</remarks>
internal static class FirstChatGlm
{
    private const double RotaryBase = 10_000;

    private const int UsualLength = 2048;

    /// <summary>True for its configs: the later ones have another name for the width of their feed-forward layers.</summary>
    public static bool Is(ModelConfig config) => config.Has("inner_hidden_size") || config.Has("position_encoding_2d");

    public static ModelSpec Read(ModelConfig config, string name)
    {
        var (d, vocabulary, layers, epsilon) = (config.Count("hidden_size"), config.Count("padded_vocab_size"), config.Layers("num_layers"), config.Epsilon("layernorm_epsilon"));
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "transformer.",
            DModel = d,
            Positions = config.Count("max_sequence_length", () => UsualLength),
            Tokens = new("word_embeddings", vocabulary, d),
            Blocks = [.. Enumerable.Range(0, layers).Select(layer => Block(config, d, layers, epsilon, $"layers.{layer}."))],
            FinalNorm = LayerNorm("final_layernorm", d, epsilon),
            Output = new("lm_head", d, vocabulary),
            // Where the config does not say, as in all of them, transformers ties the two.
            TiedOutput = !config.Has("tie_word_embeddings") || config.Flag("tie_word_embeddings"),
        };
    }

    private static DecoderBlock Block(ModelConfig config, int d, int layers, double epsilon, string name)
    {
        var (heads, headDim, width) = (config.Count("num_attention_heads"), config.Share("hidden_size", "num_attention_heads"), config.Count("inner_hidden_size", () => config.Times("hidden_size", 4)));
        var attention = new Attention
        {
            Heads = heads,
            KvHeads = heads,
            HeadDim = headDim,
            Layout = ProjectionLayout.FusedByGroup,
            Projections = [new(name + "attention.query_key_value", d, 3L * d, HasBias: true)],
            Output = new(name + "attention.dense", d, d, HasBias: true),
            Positions = Rotary(config, headDim),
            SeesPrompt = true,
        };
        var feedForward = new FeedForward
        {
            Width = width,
            Up = new(name + "mlp.dense_h_to_4h", d, width, HasBias: true),
            Down = new(name + "mlp.dense_4h_to_h", width, d, HasBias: true),
            Activation = Activation.Gelu,
        };
        return new([Join("input_layernorm", attention), Join("post_attention_layernorm", feedForward)]);

        Branch Join(string norm, Sublayer sublayer) =>
            new(LayerNorm(name + norm, d, epsilon), sublayer) { AddsToNormed = true, ResidualScale = Math.Sqrt(2 * layers) };
    }

    /// <summary>Half of a head is rotated by the position in the prompt, the other half by that in the answer.</summary>
    private static Rotary Rotary(ModelConfig config, int headDim) => config.Flag("position_encoding_2d")
        ? new(headDim, RotaryBase) { Scaling = new("prompt_and_answer", [], []) }
        : new(headDim, RotaryBase);

    private static Norm LayerNorm(string name, int d, double epsilon) => new(name, NormKind.LayerNorm, d, epsilon) { HasBias = true };
}
