using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Phi 1, 1.5 and 2 with the code of their own repositories, before transformers had them: fused projections, and other names.</summary>
/// <remarks>microsoft/phi-2, <c>modeling_phi.py</c> of 2023.</remarks>
internal sealed class PhiMsftFamily : GptLike
{
    /// <summary>The code has it as a default that no config changes.</summary>
    private const double RotaryBase = 10_000;

    public override IReadOnlyList<string> ModelTypes => ["phi-msft", Sequential];

    /// <summary>The first form, whose tensors are named by their place in a row of modules: the embedding, the layers, the output.</summary>
    private const string Sequential = "mixformer-sequential";

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var (d, vocabulary, epsilon, layers) = (config.Count("n_embd"), Vocabulary(config), config.Epsilon("layer_norm_epsilon"), config.Layers("n_layer"));
        var isSequential = config.ModelType == Sequential;
        var output = isSequential ? $"layers.{layers + 1}." : "lm_head.";
        RequireParallel(config);
        return new()
        {
            Name = name,
            Type = config.ModelType,
            // The last norm lies in the output layer, outside of the base model.
            Prefix = "",
            DModel = d,
            Positions = config.Count("n_positions"),
            Tokens = new(isSequential ? "layers.0.wte" : "transformer.embd.wte", vocabulary, d),
            Blocks = Blocks(layers, layer => Block(config, d, epsilon, isSequential ? $"layers.{layer + 1}." : $"transformer.h.{layer}.")),
            FinalNorm = LayerNorm(output + "ln", d, epsilon),
            Output = new(output + "linear", d, vocabulary, HasBias: true),
            TiedOutput = config.Flag("tie_word_embeddings"),
        };
    }

    /// <summary>Some configs of the first form say how blocks are made, all in the same way.</summary>
    private static void RequireParallel(ModelConfig config)
    {
        var made = config.Object("architecture");
        if (made?.Text("block_cls") is { } block && block != "parallel")
            throw new InputException($"{config.Origin}: architecture.block_cls is '{block}'; only parallel is supported");
        made?.PassOver("mixer");
        made?.Object("mlp")?.PassOver("mlp_cls");
    }

    private static DecoderBlock Block(ModelConfig config, int d, double epsilon, string name)
    {
        var (heads, headDim) = (config.Count("n_head"), config.Share("n_embd", "n_head"));
        var attention = Fused(config, heads, config.Count("n_head_kv", () => heads), headDim, ProjectionLayout.Fused,
            wide => new(name + "mixer.Wqkv", d, wide, HasBias: true), new(name + "mixer.out_proj", d, d, HasBias: true));
        var width = config.Count("n_inner", () => config.Times("n_embd", 4));
        var feedForward = Plain(
            new(name + "mlp.fc1", d, width, HasBias: true), new(name + "mlp.fc2", width, d, HasBias: true), Activations.Read(config, "activation_function"));
        var rotary = new Rotary(Math.Min(config.Count("rotary_dim"), headDim), RotaryBase);
        return new([new(LayerNorm(name + "ln", d, epsilon), attention with { Positions = rotary }), new(null, feedForward)], Residual.SharedNorm);
    }

    /// <summary>The class rounds it up.</summary>
    private static int Vocabulary(ModelConfig config)
    {
        var (words, multiple) = (config.Count("vocab_size"), (long)config.Count("pad_vocab_size_multiple"));
        return (words + multiple - 1) / multiple * multiple is <= int.MaxValue and var rounded
            ? (int)rounded
            : throw new InputException($"{config.Origin}: vocab_size is {words}; must be at most {int.MaxValue} in multiples of {multiple}");
    }
}
