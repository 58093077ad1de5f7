using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Models.Storage;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>ChatGLM (the first one: <see cref="FirstChatGlm"/>), ChatGLM 2 and 3, and GLM-4 with the code of its own repository: half of each head is rotated, neighbors as pairs.</summary>
/// <remarks>Zeng et al. (2024), ChatGLM; zai-org/chatglm3-6b, <c>modeling_chatglm.py</c>.</remarks>
internal sealed class ChatGlmFamily : GptLike
{
    private const double RotaryBase = 10_000;

    public override IReadOnlyList<string> ModelTypes => ["chatglm"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var model = FirstChatGlm.Is(config) ? FirstChatGlm.Read(config, name) : Later(config, name);
        return config.Number("quantization_bit") switch
        {
            0 => model,
            4 or 8 => model with { Quantization = new("chatglm", new PackedRowsFormat(config.Number("quantization_bit")), []) },
            var bits => throw new InputException($"{config.Origin}: quantization_bit is {bits}; expected 0, 4 or 8"),
        };
    }

    private static ModelSpec Later(ModelConfig config, string name)
    {
        var (d, vocabulary, hasFinalNorm) = (config.Count("hidden_size"), config.Count("padded_vocab_size"), config.Flag("post_layer_norm"));
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "transformer.",
            OutputPrefix = "transformer.",
            DModel = d,
            Positions = config.Count("seq_length"),
            Tokens = new("embedding.word_embeddings", vocabulary, d),
            Blocks = Blocks(config.Layers("num_layers"), layer => Block(config, d, $"encoder.layers.{layer}.")),
            FinalNorm = hasFinalNorm ? Norm(config, "encoder.final_layernorm", d) : null,
            Output = new("output_layer", d, vocabulary),
            TiedOutput = config.Flag("tie_word_embeddings"),
        };
    }

    private static DecoderBlock Block(ModelConfig config, int d, string name) => new(
    [
        new(Norm(config, name + "input_layernorm", d), Attention(config, d, name + "self_attention.")),
        new(Norm(config, name + "post_attention_layernorm", d), FeedForward(config, d, name + "mlp.")),
    ]);

    private static Attention Attention(ModelConfig config, int d, string name)
    {
        var (heads, headDim) = (config.Count("num_attention_heads"), config.Count("kv_channels", () => config.Share("hidden_size", "num_attention_heads")));
        var (isGrouped, groups, hasBias) = (config.Flag("multi_query_attention"), config.Count("multi_query_group_num"), config.Flag("add_bias_linear"));
        var hasInputBias = config.Flag("add_qkv_bias") || hasBias;
        return Fused(config, heads, isGrouped ? groups : heads, headDim, isGrouped ? ProjectionLayout.Fused : ProjectionLayout.FusedByGroup,
            wide => new(name + "query_key_value", d, wide, hasInputBias), new(name + "dense", (long)heads * headDim, d, hasBias)) with
        {
            Positions = new Rotary(headDim / 2, RotaryBase * (config.RealOrNull("rope_ratio") ?? 1)) { IsInterleaved = true },
        };
    }

    private static FeedForward FeedForward(ModelConfig config, int d, string name)
    {
        var (width, hasBias) = (config.Count("ffn_hidden_size"), config.Flag("add_bias_linear"));
        return new()
        {
            Width = width,
            Up = new(name + "dense_h_to_4h", d, 2L * width, hasBias),
            Down = new(name + "dense_4h_to_h", width, d, hasBias),
            Activation = Activation.Silu,
        };
    }

    private static Norm Norm(ModelConfig config, string name, int d)
    {
        var epsilon = config.Epsilon("layernorm_epsilon");
        return config.Flag("rmsnorm") ? new(name, NormKind.RmsNorm, d, epsilon) : LayerNorm(name, d, epsilon);
    }
}
