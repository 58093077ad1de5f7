using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>GPT-Neo: every other layer attends to a window, and scores are not scaled.</summary>
/// <remarks>transformers, <c>models/gpt_neo/modeling_gpt_neo.py</c>.</remarks>
internal sealed class GptNeoFamily : GptLike
{
    private const string Global = "global";

    private const string Local = "local";

    public override IReadOnlyList<string> ModelTypes => ["gpt_neo"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var (d, vocabulary, positions) = (config.Count("hidden_size"), config.Count("vocab_size"), config.Count("max_position_embeddings"));
        var kinds = Kinds(config, config.Layers("num_layers"));
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "transformer.",
            DModel = d,
            Positions = positions,
            Tokens = new("wte", vocabulary, d),
            LearnedPositions = new("wpe", positions, d),
            Blocks = Blocks(kinds.Count, layer => Block(config, d, kinds[layer] == Local ? config.Count("window_size") : null, $"h.{layer}.")),
            FinalNorm = LayerNorm("ln_f", d, config.Epsilon("layer_norm_epsilon")),
            Output = new("lm_head", d, vocabulary),
            TiedOutput = config.Flag("tie_word_embeddings"),
        };
    }

    private static DecoderBlock Block(ModelConfig config, int d, int? window, string name)
    {
        var (heads, epsilon) = (config.Count("num_heads"), config.Epsilon("layer_norm_epsilon"));
        var attention = Separate(config, heads, heads, config.Share("hidden_size", "num_heads"),
            (letter, width) => new($"{name}attn.attention.{letter}_proj", d, width), new(name + "attn.attention.out_proj", d, d, HasBias: true));
        var width = config.Count("intermediate_size", () => config.Times("hidden_size", 4));
        var feedForward = Plain(
            new(name + "mlp.c_fc", d, width, HasBias: true), new(name + "mlp.c_proj", width, d, HasBias: true), Activations.Read(config, "activation_function"));
        return new(
        [
            new(LayerNorm(name + "ln_1", d, epsilon), attention with { Window = window, ScoreScale = 1 }),
            new(LayerNorm(name + "ln_2", d, epsilon), feedForward),
        ]);
    }

    /// <summary>What each layer attends to: the class writes it out of <c>attention_types</c>, and keeps both.</summary>
    /// <exception cref="InputException">It is not known, not of each layer, or the two lists differ.</exception>
    private static List<string> Kinds(ModelConfig config, int layers)
    {
        var kinds = config.Repeated("attention_types", layers).ToList();
        if (config.Words("attention_layers", layers) is { } given && !given.SequenceEqual(kinds))
            throw new InputException($"{config.Origin}: attention_layers are not what attention_types says; they must be equal");
        return kinds.Find(kind => kind is not (Global or Local)) is { } unknown
            ? throw new InputException($"{config.Origin}: attention_types contains '{unknown}'; must be {Global} or {Local}")
            : kinds;
    }
}
