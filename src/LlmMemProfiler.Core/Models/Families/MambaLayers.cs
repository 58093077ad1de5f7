using System.Text.Json;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Layers of one norm and one mixer each, with the names of Mamba's checkpoints.</summary>
/// <remarks>transformers, <c>models/mamba/modeling_mamba.py</c>, <c>models/mamba2/modeling_mamba2.py</c>.</remarks>
internal static class MambaLayers
{
    /// <summary>A model of such layers.</summary>
    /// <param name="config">The config.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="blocks">Its layers.</param>
    public static ModelSpec Model(ModelConfig config, string name, IEnumerable<DecoderBlock> blocks)
    {
        var (d, vocabulary) = (config.Count("hidden_size"), config.Count("vocab_size"));
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "backbone.",
            DModel = d,
            Positions = int.MaxValue,
            Tokens = new("embeddings", vocabulary, d),
            Blocks = [.. blocks],
            FinalNorm = Norm(config, "norm_f"),
            Output = new("lm_head", d, vocabulary),
            TiedOutput = config.Flag("tie_word_embeddings"),
        };
    }

    /// <summary>Layers that are all alike.</summary>
    /// <param name="config">The config.</param>
    /// <param name="mixer">Makes a layer's mixer; takes what stands before the names of the layer's tensors.</param>
    public static IEnumerable<DecoderBlock> Alike(ModelConfig config, Func<string, Sublayer> mixer) =>
        Enumerable.Range(0, config.Layers("num_hidden_layers")).Select(layer => Block(config, $"layers.{layer}.", mixer));

    public static DecoderBlock Block(ModelConfig config, string name, Func<string, Sublayer> mixer) => new([new(Norm(config, name + "norm"), mixer(name))]);

    public static Norm Norm(ModelConfig config, string name) => new(name, NormKind.RmsNorm, config.Count("hidden_size"), config.Epsilon("layer_norm_epsilon"));

    /// <summary>The rank of the time steps' projection: as given, or a sixteenth of d, rounded up.</summary>
    public static int TimeRank(ModelConfig config, string field) => config.Has(field) && config.Kind(field) == JsonValueKind.Number
        ? config.Count(field)
        : config.Text(field) is null or "auto"
            ? (config.Count("hidden_size") / 16) + (config.Count("hidden_size") % 16 == 0 ? 0 : 1)
            : throw new InputException($"{config.Origin}: {field} is '{config.Text(field)}'; expected a whole number, or auto");
}
