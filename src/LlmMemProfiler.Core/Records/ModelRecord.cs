using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.KvCaches;
using LlmMemProfiler.Core.Models.Storage;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Records;

/// <summary>Output of <c>llmmem model --json</c>.</summary>
/// <param name="Schema">The format.</param>
/// <param name="Name">The model.</param>
/// <param name="Type">As <c>model_type</c> in its config.</param>
/// <param name="Dtype">Type of the weights: the config's, or the one that was asked for.</param>
/// <param name="Parameters">Elements of all tensors, a tied one once.</param>
/// <param name="ActiveParameters">Those that a token passes through.</param>
/// <param name="Weights">Size of all tensors, a tied one once.</param>
/// <param name="Tensors">By their names in the checkpoint.</param>
/// <param name="Buffers">Tensors that are computed, and in no checkpoint.</param>
/// <param name="Cache">What is kept of a token, by kind of layer.</param>
/// <param name="Length">Tokens of the sequence whose cache <paramref name="Engines"/> has.</param>
/// <param name="Engines">The cache of one sequence, as engines bound it.</param>
/// <param name="State">What is kept of a sequence, however long it is.</param>
/// <param name="FromClass">Sizes that the config does not give, with the class that sets them.</param>
/// <param name="LeftOut">Parts of the config that are not the decoder, and are not counted.</param>
public sealed record ModelRecord(
    int Schema,
    string Name,
    string Type,
    DataType Dtype,
    long Parameters,
    long ActiveParameters,
    [property: JsonPropertyName("weights_bytes")] ByteSize Weights,
    IReadOnlyList<StoredTensor> Tensors,
    IReadOnlyList<StoredTensor> Buffers,
    IReadOnlyList<CacheRow> Cache,
    int Length,
    IReadOnlyList<EngineRow> Engines,
    [property: JsonPropertyName("state_bytes")] ByteSize State,
    IReadOnlyList<string> FromClass,
    IReadOnlyList<string> LeftOut)
{
    public const int CurrentSchema = 1;

    /// <summary>As <c>quant_method</c> in the config; null if the weights are not quantized.</summary>
    public string? Quantization { get; init; }

    /// <summary>vLLM's table of rotations, which it counts among the weights; null where it is not known.</summary>
    [JsonPropertyName("vllm_rotary_table_bytes")]
    public ByteSize? VllmRotaryTable { get; init; }

    /// <summary>The weights that lie beside the config; null if there are none.</summary>
    public CheckpointRecord? Checkpoint { get; init; }

    /// <summary>What a model is made of.</summary>
    /// <param name="model">The model.</param>
    /// <param name="dtype">Type of the weights and the cache.</param>
    /// <param name="length">Tokens of a sequence.</param>
    /// <exception cref="OverflowException">A count does not fit 64 bits.</exception>
    public static ModelRecord Of(ModelSpec model, DataType dtype, int length) => new(
        CurrentSchema,
        model.Name,
        model.Type,
        dtype,
        model.Parameters,
        model.ActiveParameters,
        model.FileSize(dtype),
        StoredTensor.Of(model, dtype),
        StoredTensor.Buffers(model),
        CacheRow.Of(model),
        length,
        [.. EngineCache.All.Select(engine => new EngineRow(engine.Name, engine.Size(model, length, dtype.Computed()), engine.Rule, engine.Source))],
        model.StateSize(dtype.Computed()),
        model.FromClass,
        model.LeftOut)
    {
        Quantization = model.Quantization?.Method,
        VllmRotaryTable = RotaryTable.Size(model, dtype.Computed()),
    };
}

/// <summary>A tensor of a checkpoint.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Shape">Its shape there.</param>
/// <param name="Dtype">Type of its elements, as safetensors calls it.</param>
/// <param name="Size">Its size.</param>
/// <param name="TiedTo">The tensor that it is; null if it is one of its own.</param>
public sealed record StoredTensor(
    string Name, IReadOnlyList<long> Shape, string Dtype, [property: JsonPropertyName("bytes")] ByteSize Size, string? TiedTo)
{
    internal static IReadOnlyList<StoredTensor> Of(ModelSpec model, DataType dtype)
    {
        IEnumerable<StoredTensor> own = model.FileTensors(dtype).Select(tensor => new StoredTensor(tensor.Name, tensor.Shape, tensor.Type.Name, new(tensor.Bytes), null));
        return [.. own, .. model.TiedOutput ? [Tied()] : (StoredTensor[])[]];

        StoredTensor Tied()
        {
            var output = model.Output.Weights.First();
            return new(
                model.OutputPrefix + output.Name, output.Shape, ElementType.Of(dtype).Name, new ByteSize(dtype.Bytes()) * output.Elements,
                model.Prefix + model.Tokens.Weight.Name);
        }
    }

    /// <summary>Inverse frequencies of rotary positions, each kind once.</summary>
    internal static IReadOnlyList<StoredTensor> Buffers(ModelSpec model) =>
    [
        .. model.Rotaries.Select((rotary, i) => new StoredTensor(
            i == 0 ? "rotary_emb.inv_freq" : $"rotary_emb.inv_freq.{i}", [rotary.Width / 2], ElementType.Of(DataType.Float32).Name,
            new ByteSize(DataType.Float32.Bytes()) * (rotary.Width / 2), null)),
    ];
}

/// <summary>Layers that keep the same of a token.</summary>
/// <param name="Layers">How many.</param>
/// <param name="ElementsPerToken">Of one layer.</param>
/// <param name="Window">The most tokens that are attended to, the present one included; null for all.</param>
public sealed record CacheRow(int Layers, long ElementsPerToken, int? Window)
{
    /// <summary>The window, if it slides.</summary>
    [JsonIgnore]
    public int? Sliding { get; init; }

    /// <summary>The kinds of layers of a model that keep something of a token.</summary>
    public static IReadOnlyList<CacheRow> Of(ModelSpec model) =>
    [
        .. model.Sublayers.Select(sublayer => sublayer.Cached).OfType<Models.Layers.CachedTokens>().GroupBy(cached => cached)
            .Select(group => new CacheRow(group.Count(), group.Key.Elements, group.Key.Window) { Sliding = group.Key.Sliding }),
    ];
}

/// <summary>The cache of one sequence in an engine.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Cache">Its size; null where it is not known.</param>
/// <param name="Windows">What it keeps of layers with a window.</param>
/// <param name="Source">Where that stands.</param>
public sealed record EngineRow(string Engine, [property: JsonPropertyName("cache_bytes")] ByteSize? Cache, string Windows, string Source);

/// <summary>Weights in files, as their headers tell.</summary>
/// <param name="Format">'safetensors' or 'gguf'.</param>
/// <param name="Files">The files' names.</param>
/// <param name="Size">Of all tensors.</param>
/// <param name="Tensors">As they lie in the files.</param>
/// <param name="Missing">Tensors that the config describes and no file has.</param>
/// <param name="Extra">Tensors that only the files have.</param>
/// <param name="Shapes">Tensors of another shape than the config's, in words.</param>
public sealed record CheckpointRecord(
    string Format,
    IReadOnlyList<string> Files,
    [property: JsonPropertyName("bytes")] ByteSize Size,
    IReadOnlyList<FileTensorRecord> Tensors,
    IReadOnlyList<string>? Missing,
    IReadOnlyList<string>? Extra,
    IReadOnlyList<string>? Shapes)
{
    /// <summary>The files' tensors, compared with a model's.</summary>
    /// <param name="stored">The files.</param>
    /// <param name="model">The model of the config beside them; null if there is none to compare with.</param>
    /// <exception cref="OverflowException">The sum of the sizes does not fit 64 bits.</exception>
    public static CheckpointRecord Of(StoredCheckpoint stored, ModelSpec? model)
    {
        var differences = model is null ? null : stored.Compared(model);
        return new(
            stored.Format, stored.Files, new(stored.Bytes),
            [.. stored.Tensors.Select(tensor => new FileTensorRecord(tensor.Name, tensor.Shape, tensor.Type.Name, new(tensor.Bytes)))],
            differences?.Missing, differences?.Extra, differences?.Shapes);
    }
}

/// <summary>A tensor in a file of weights.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Type">As the file's format calls it.</param>
/// <param name="Size">Its size in the file.</param>
public sealed record FileTensorRecord(string Name, IReadOnlyList<long> Shape, string Type, [property: JsonPropertyName("bytes")] ByteSize Size);
