using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>GPT-J and CodeGen: attention and feed-forward read the same norm; neighbors are rotated as pairs.</summary>
/// <remarks>transformers, <c>models/gptj/modeling_gptj.py</c> and <c>models/codegen/modeling_codegen.py</c>.</remarks>
internal sealed class GptJFamily : GptLike
{
    /// <summary>Both classes have it as a constant.</summary>
    private const double RotaryBase = 10_000;

    /// <summary>vLLM's GPT-J looks for the first; neither class reads it.</summary>
    private static readonly Dictionary<string, bool> Scalings = new() { ["gptj"] = false, ["default"] = false };

    public override IReadOnlyList<string> ModelTypes => ["gptj", "codegen"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var (d, vocabulary) = (config.Count("n_embd"), config.Count("vocab_size"));
        config.Object("rope_scaling")?.Word("rope_type", Scalings);
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "transformer.",
            DModel = d,
            Positions = config.Count("n_positions"),
            Tokens = new("wte", vocabulary, d),
            Blocks = Blocks(config.Layers("n_layer"), layer => Block(config, d, $"h.{layer}.")),
            FinalNorm = LayerNorm("ln_f", d, config.Epsilon("layer_norm_epsilon")),
            Output = new("lm_head", d, vocabulary, HasBias: true),
            TiedOutput = config.Flag("tie_word_embeddings"),
        };
    }

    private static DecoderBlock Block(ModelConfig config, int d, string name)
    {
        var headDim = config.Share("n_embd", "n_head");
        var width = config.Count("n_inner", () => config.Times("n_embd", 4));
        var feedForward = Plain(
            new(name + "mlp.fc_in", d, width, HasBias: true), new(name + "mlp.fc_out", width, d, HasBias: true), Activations.Read(config, "activation_function"));
        var rotary = new Rotary(config.Count("rotary_dim", () => headDim), RotaryBase) { IsInterleaved = true };
        if (rotary.Width > headDim)
            throw new InputException($"{config.Origin}: rotary_dim is {rotary.Width}; must be at most the width of a head, {headDim}");
        return new(
        [
            new(LayerNorm(name + "ln_1", d, config.Epsilon("layer_norm_epsilon")), Attention(config, d, headDim, name + "attn.") with { Positions = rotary }),
            new(null, feedForward),
        ], Residual.SharedNorm);
    }

    private static Attention Attention(ModelConfig config, int d, int headDim, string name)
    {
        var (heads, output) = (config.Count("n_head"), new Linear(name + "out_proj", d, d));
        if (config.ModelType == "gptj")
            return Separate(config, heads, heads, headDim, (letter, width) => new($"{name}{letter}_proj", d, width), output);
        config.RequireMultiple(heads, "n_head", 4, "parts of qkv_proj");
        return Fused(config, heads, heads, headDim, ProjectionLayout.FusedInFours, width => new(name + "qkv_proj", d, width), output);
    }
}
