using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>EXAONE 3: Llama's layers under names of its own.</summary>
/// <remarks>LG AI Research (2024), EXAONE 3.0; vLLM, <c>model_executor/models/exaone.py</c>.</remarks>
internal sealed class ExaoneFamily : GptLike
{
    public override IReadOnlyList<string> ModelTypes => ["exaone"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var (d, vocabulary) = (config.Count("hidden_size"), config.Count("vocab_size"));
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "transformer.",
            DModel = d,
            Positions = config.Count("max_position_embeddings"),
            Tokens = new("wte", vocabulary, d),
            Blocks = Blocks(config.Layers("num_layers"), layer => Block(config, d, $"h.{layer}.")),
            FinalNorm = Norm(config, "ln_f", d),
            Output = new("lm_head", d, vocabulary),
            TiedOutput = config.Flag("tie_word_embeddings"),
        };
    }

    private static DecoderBlock Block(ModelConfig config, int d, string name)
    {
        var (heads, headDim) = (config.Count("num_attention_heads"), config.Count("head_dim", () => config.Share("hidden_size", "num_attention_heads")));
        var attention = Separate(config, heads, config.Count("num_key_value_heads", () => heads), headDim,
            (letter, wide) => new($"{name}attn.attention.{letter}_proj", d, wide), new(name + "attn.attention.out_proj", (long)heads * headDim, d));
        var width = config.Count("intermediate_size", () => config.Times("hidden_size", 4));
        var feedForward = new FeedForward
        {
            Width = width,
            Gate = new(name + "mlp.c_fc_0", d, width),
            Up = new(name + "mlp.c_fc_1", d, width),
            Down = new(name + "mlp.c_proj", width, d),
            Activation = Activations.Read(config, "activation_function"),
        };
        return new(
        [
            new(Norm(config, name + "ln_1", d), attention with { Positions = Rotaries.Read(config, headDim) }),
            new(Norm(config, name + "ln_2", d), feedForward),
        ]);
    }

    private static Norm Norm(ModelConfig config, string name, int d) => new(name, NormKind.RmsNorm, d, config.Epsilon("layer_norm_epsilon"));
}
