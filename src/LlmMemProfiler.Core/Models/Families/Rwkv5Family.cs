using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Peng et al. (2024), Eagle and Finch; <c>modeling_rwkv5.py</c> of RWKV's own repositories.</remarks>
internal sealed class Rwkv5Family : ModelFamily
{
    public override IReadOnlyList<string> ModelTypes => ["rwkv5"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        // The heads follow from their size.
        config.PassOver("num_attention_heads");
        var (d, vocabulary) = (config.Count("hidden_size"), config.Count("vocab_size"));
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "rwkv.",
            DModel = d,
            Positions = config.Count("context_length"),
            Tokens = new("embeddings", vocabulary, d),
            EmbeddingNorm = Norm(config, "blocks.0.pre_ln"),
            Blocks = [.. Enumerable.Range(0, config.Layers("num_hidden_layers")).Select(layer => Block(config, $"blocks.{layer}."))],
            FinalNorm = Norm(config, "ln_out"),
            Output = new("head", d, vocabulary),
            TiedOutput = config.Flag("tie_word_embeddings"),
        };
    }

    private static DecoderBlock Block(ModelConfig config, string name) => new(
    [
        new(Norm(config, name + "ln1"), TimeMix(config, name + "attention.")),
        new(Norm(config, name + "ln2"), ChannelMix(config, name + "feed_forward.")),
    ]);

    private static Norm Norm(ModelConfig config, string name) => new(name, NormKind.LayerNorm, config.Count("hidden_size"), config.Epsilon("layer_norm_epsilon")) { HasBias = true };

    private static StateSpace TimeMix(ModelConfig config, string name)
    {
        var (d, headDim) = (config.Count("hidden_size"), config.Count("head_size"));
        var (inner, heads) = (config.Count("attention_hidden_size", () => d), config.Share("hidden_size", "head_size"));
        return new(
            StateSpaceKind.Rwkv,
            [
                Parameter(name + "time_decay", heads, headDim), Parameter(name + "time_faaaa", heads, headDim),
                .. ((string[])["time_mix_gate", "time_mix_key", "time_mix_value", "time_mix_receptance"]).Select(mix => Parameter(name + mix, 1, 1, d)),
                .. ((string[])["key", "value", "receptance", "gate"]).SelectMany(part => new Linear(name + part, d, inner).Weights),
                .. new Linear(name + "output", inner, d).Weights,
                new(name + "ln_x.weight", TensorRole.NormWeight, [d]), new(name + "ln_x.bias", TensorRole.Bias, [d]),
            ],
            [new(d, null), new((long)heads * headDim * headDim, DataType.Float32)]);
    }

    private static StateSpace ChannelMix(ModelConfig config, string name)
    {
        var d = config.Count("hidden_size");
        // Three and a half times as wide, in steps of 32.
        var width = config.Count("intermediate_size", () => config.Times("hidden_size", 7) / 2 / 32 * 32);
        return new(
            StateSpaceKind.RwkvChannelMix,
            [
                Parameter(name + "time_mix_key", 1, 1, d), Parameter(name + "time_mix_receptance", 1, 1, d), .. new Linear(name + "key", d, width).Weights,
                .. new Linear(name + "receptance", d, d).Weights, .. new Linear(name + "value", width, d).Weights,
            ],
            [new(d, null)]);
    }

    private static Weight Parameter(string name, params long[] shape) => new(name, TensorRole.Parameter, [.. shape]);
}
