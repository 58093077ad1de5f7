using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>nanoGPT's <c>model_args</c>, as its checkpoints keep them: GPT-2 with linear layers stored the usual way, and biases or none.</summary>
/// <remarks>karpathy/nanoGPT, <c>model.py</c>.</remarks>
internal sealed class NanoGptFamily : GptLike
{
    private const double Epsilon = 1e-5;

    public override IReadOnlyList<string> ModelTypes => ["nanogpt"];

    public override IReadOnlyList<string> Marks => ["n_layer", "n_head", "n_embd", "block_size"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var (d, vocabulary, positions, hasBias) = (config.Count("n_embd"), config.Count("vocab_size"), config.Count("block_size"), config.Flag("bias"));
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "transformer.",
            DModel = d,
            Positions = positions,
            Tokens = new("wte", vocabulary, d),
            LearnedPositions = new("wpe", positions, d),
            Blocks = Blocks(config.Layers("n_layer"), layer => Block(config, d, hasBias, $"h.{layer}.")),
            FinalNorm = LayerNorm("ln_f", d, Epsilon) with { HasBias = hasBias },
            Output = new("lm_head", d, vocabulary),
            TiedOutput = true,
        };
    }

    private static DecoderBlock Block(ModelConfig config, int d, bool hasBias, string name)
    {
        var (heads, width) = (config.Count("n_head"), config.Times("n_embd", 4));
        var attention = Fused(config, heads, heads, config.Share("n_embd", "n_head"), ProjectionLayout.Fused,
            wide => new(name + "attn.c_attn", d, wide, hasBias), new(name + "attn.c_proj", d, d, hasBias));
        var feedForward = Plain(new(name + "mlp.c_fc", d, width, hasBias), new(name + "mlp.c_proj", width, d, hasBias), Activation.Gelu);
        return new(
        [
            new(LayerNorm(name + "ln_1", d, Epsilon) with { HasBias = hasBias }, attention),
            new(LayerNorm(name + "ln_2", d, Epsilon) with { HasBias = hasBias }, feedForward),
        ]);
    }
}
