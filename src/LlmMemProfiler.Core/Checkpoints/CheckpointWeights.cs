using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Models.Storage;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Checkpoints;

/// <summary>A model's weights, each with the tensor of the files that it is read from.</summary>
/// <param name="Files">The files' names.</param>
/// <param name="Size">Of all tensors in them.</param>
/// <param name="ByName">By the names of <see cref="TensorTable"/>.</param>
public sealed record CheckpointWeights(IReadOnlyList<string> Files, ByteSize Size, IReadOnlyDictionary<string, StoredWeight> ByName)
{
    private const int Shown = 3;
    private const string End = ".weight";

    /// <summary>Ends of the names of scales of a layer's inputs, which bring no weight to another type.</summary>
    private static readonly string[] InputScales = [".input_scale", ".activation_scale"];

    /// <summary>Matches a model's weights with the tensors of its checkpoint.</summary>
    /// <param name="model">The model that the config describes, quantized as it says.</param>
    /// <param name="stored">The files, in safetensors.</param>
    /// <param name="path">The model's folder, or its config.</param>
    /// <exception cref="InputException">Tensors are missing, are of another shape or type, or belong to no weight.</exception>
    public static CheckpointWeights Of(ModelSpec model, StoredCheckpoint stored, string path)
    {
        var weights = model.StoredWeights.Zip(model.Weights).ToDictionary(pair => pair.First.Name, pair => (Stored: pair.First, Name: pair.Second.Name), StringComparer.Ordinal);
        var named = stored.NamedIn(weights.ContainsKey, model).ToDictionary(pair => pair.Name, pair => pair.Tensor, StringComparer.Ordinal);
        var found = new Dictionary<string, StoredWeight>(StringComparer.Ordinal);
        var (missing, shapes, types, taken) = (new List<string>(), new List<string>(), new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (name, weight) in weights)
        {
            if (!named.TryGetValue(name, out var tensor))
            {
                missing.Add(name);
                continue;
            }
            _ = taken.Add(name);
            if (!StoredElements.Types.Contains(tensor.Type.Name))
                types.Add($"{tensor.Name} is in {tensor.Type.Name}");
            else if (!weight.Stored.StoredShape.SequenceEqual(tensor.Shape))
                shapes.Add($"{tensor.Name} is {StoredCheckpoint.Words(tensor.Shape)} and would be {StoredCheckpoint.Words(weight.Stored.StoredShape)}");
            else
                found[weight.Name] = new(tensor, weight.Stored.IsTransposed, Scales(name, weight.Stored, tensor));
        }
        var extra = named.Where(pair => !taken.Contains(pair.Key) && !StoredCheckpoint.IsBeside(model, pair.Key) && !IsInputScale(pair.Key)).Select(pair => pair.Value.Name).ToList();
        string[] faults =
        [
            .. Fault("without a tensor", missing), .. Fault("of another shape", shapes), .. Fault("in a type that is not loaded", types),
            .. Fault("tensors that no weight takes", extra),
        ];
        return faults.Length == 0
            ? new(stored.Files, new(stored.Bytes), found)
            : throw new FieldException(
                $"{path}: its weights are not those of its config: {string.Join("; ", faults)}; expected the config's own tensors, in {string.Join(", ", StoredElements.Types)}, or {new Field("random_weights")}");

        BlockScales? Scales(string name, Weight stored, FileTensor tensor)
        {
            if (tensor.Type.BlockBits != 8 || Fp8Format.Of(model.Quantization) is not { } format)
                return null;
            // Its second tensor is the scales'.
            var expected = format.Tensors(name.EndsWith(End, StringComparison.Ordinal) ? name[..^End.Length] : name, stored)[1];
            if (!named.TryGetValue(expected.Name, out var scales))
            {
                missing.Add(expected.Name);
                return null;
            }
            _ = taken.Add(expected.Name);
            if (!StoredElements.Types.Contains(scales.Type.Name) || scales.Type.BlockBits == 8)
                types.Add($"{scales.Name} is in {scales.Type.Name}");
            // One number may be a scalar or a vector of one.
            else if (Elements(scales) != Elements(expected))
                shapes.Add($"{scales.Name} is {StoredCheckpoint.Words(scales.Shape)} and would be {StoredCheckpoint.Words(expected.Shape)}");
            return new(scales, format.Rows ?? int.MaxValue, format.Columns ?? int.MaxValue);
        }

        bool IsInputScale(string name) => Fp8Format.Of(model.Quantization) is not null && InputScales.Any(end => name.EndsWith(end, StringComparison.Ordinal));
    }

    private static long Elements(FileTensor tensor) => tensor.Shape.Aggregate(1L, (product, n) => checked(product * n));

    private static IEnumerable<string> Fault(string what, List<string> names) => names.Count == 0 ? [] :
        [$"{names.Count} {what} ({string.Join(", ", names.Order(StringComparer.Ordinal).Take(Shown).Select(ForeignText.Plain))}{(names.Count > Shown ? ", …" : "")})"];
}

/// <summary>The tensor that a weight is read from.</summary>
/// <param name="Tensor">In the file.</param>
/// <param name="IsTransposed">True if its last two dimensions are swapped there.</param>
/// <param name="Scales">What its elements are multiplied by; null for nothing.</param>
public sealed record StoredWeight(FileTensor Tensor, bool IsTransposed, BlockScales? Scales);

/// <summary>Scales of an FP8 tensor's blocks, row by row.</summary>
/// <param name="Tensor">In the file.</param>
/// <param name="Rows">Rows of a block; more than there are for all.</param>
/// <param name="Columns">Columns of a block.</param>
public sealed record BlockScales(FileTensor Tensor, int Rows, int Columns);
