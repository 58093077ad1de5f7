using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>The dictionary of the GPT in Raschka's book: queries, keys and values apart, without biases or with; an output layer of its own.</summary>
/// <remarks>Raschka (2024), Build a Large Language Model (From Scratch); rasbt/LLMs-from-scratch, <c>ch04/01_main-chapter-code/gpt.py</c>.</remarks>
internal sealed class ScratchGptFamily : GptLike
{
    private const double Epsilon = 1e-5;

    public override IReadOnlyList<string> ModelTypes => ["llms-from-scratch"];

    public override IReadOnlyList<string> Marks => ["emb_dim", "context_length", "n_heads", "n_layers"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var (d, vocabulary, positions) = (config.Count("emb_dim"), config.Count("vocab_size"), config.Count("context_length"));
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "",
            DModel = d,
            Positions = positions,
            Tokens = new("tok_emb", vocabulary, d),
            LearnedPositions = new("pos_emb", positions, d),
            Blocks = Blocks(config.Layers("n_layers"), layer => Block(config, d, $"trf_blocks.{layer}.")),
            FinalNorm = Norm("final_norm", d),
            Output = new("out_head", d, vocabulary),
            TiedOutput = false,
        };
    }

    private static DecoderBlock Block(ModelConfig config, int d, string name)
    {
        var (heads, width, hasBias) = (config.Count("n_heads"), config.Times("emb_dim", 4), config.Flag("qkv_bias"));
        var attention = Separate(config, heads, heads, config.Share("emb_dim", "n_heads"),
            (letter, wide) => new(name + "att." + Words[letter], d, wide, hasBias), new(name + "att.out_proj", d, d, HasBias: true));
        var feedForward = Plain(new(name + "ff.layers.0", d, width, HasBias: true), new(name + "ff.layers.2", width, d, HasBias: true), Activation.GeluTanh);
        return new([new(Norm(name + "norm1", d), attention), new(Norm(name + "norm2", d), feedForward)]);
    }

    private static readonly Dictionary<char, string> Words = new() { ['q'] = "W_query", ['k'] = "W_key", ['v'] = "W_value" };

    private static Norm Norm(string name, int d) => LayerNorm(name, d, Epsilon) with { WeightName = "scale", BiasName = "shift" };
}
