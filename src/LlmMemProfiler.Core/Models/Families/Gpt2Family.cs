namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Radford et al. (2019); transformers, <c>models/gpt2/modeling_gpt2.py</c>.</remarks>
internal sealed class Gpt2Family : ModelFamily
{
    private static readonly Dictionary<string, Func<int, int>> KvHeads = new()
    {
        ["multihead"] = heads => heads,
        // bigcode's santacoder: GPT-2 with one head of keys and values.
        ["multiquery"] = _ => 1,
    };

    public override IReadOnlyList<string> ModelTypes => ["gpt2"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var heads = config.Count("n_head");
        return new GptSizes
        {
            Name = name,
            Layers = config.Layers("n_layer"),
            DModel = config.Count("n_embd"),
            Heads = heads,
            KvHeads = config.Word("attention_head_type", KvHeads)(heads),
            DFf = config.Count("n_inner", () => config.Times("n_embd", 4)),
            Vocabulary = config.Count("vocab_size"),
            Positions = Positions(config),
            TiedOutput = config.Flag("tie_word_embeddings"),
            LinearBias = true,
            FinalNorm = true,
            NormEpsilon = config.Epsilon("layer_norm_epsilon"),
            Activation = Activations.Read(config, "activation_function"),
            CrossAttention = config.Flag("add_cross_attention"),
        }.Model(config.Origin);
    }

    /// <summary>Older configs name the positions <c>n_ctx</c>.</summary>
    private static int Positions(ModelConfig config) =>
        config.CountOrNull("n_ctx") is { } older && !config.Has("n_positions") ? older : config.Count("n_positions");
}
