using System.Text.Json;
using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Models.Storage;

namespace LlmMemProfiler.Core.Checkpoints;

/// <summary>The weights that lie beside a model's config, as their files' headers tell; no data is read.</summary>
/// <param name="Format">'safetensors' or 'gguf'.</param>
/// <param name="Files">The files' names.</param>
/// <param name="Tensors">All tensors.</param>
public sealed record StoredCheckpoint(string Format, IReadOnlyList<string> Files, IReadOnlyList<FileTensor> Tensors)
{
    private const string Single = "model.safetensors", Index = "model.safetensors.index.json", Ending = ".safetensors", Gguf = ".gguf", Config = "config.json";

    private const int LargestIndex = 64 << 20;

    /// <summary>Tensors that transformers' checkpoints have beside their weights, and that are computed: rotary frequencies, masks.</summary>
    private static readonly string[] Computed = ["rotary_emb.inv_freq", ".attn.bias", ".attn.masked_bias", ".attention.bias", ".attention.masked_bias"];

    /// <summary>The bytes of all tensors.</summary>
    /// <exception cref="OverflowException">The sum does not fit 64 bits.</exception>
    public long Bytes => Tensors.Aggregate(0L, (sum, tensor) => checked(sum + tensor.Bytes));

    /// <summary>The weights in a model's folder, or in a GGUF file; null if there are none.</summary>
    /// <param name="path">A folder, a config in one, or a file of weights.</param>
    /// <exception cref="InputException">A file cannot be read, is damaged, or names one outside of the folder.</exception>
    public static StoredCheckpoint? Find(string path)
    {
        if (IsGguf(path))
            return new("gguf", [Path.GetFileName(path)], GgufHeader.Read(path));
        var folder = Directory.Exists(path) ? path : Path.GetFileName(path) == Config ? Path.GetDirectoryName(Path.GetFullPath(path)) : null;
        if (folder is null)
            return null;
        if (File.Exists(Path.Combine(folder, Index)))
            return OfIndex(folder);
        return File.Exists(Path.Combine(folder, Single))
            ? new("safetensors", [Single], SafetensorsHeader.Read(Path.Combine(folder, Single)))
            : null;
    }

    /// <summary>True for a file of llama.cpp, which holds a whole model.</summary>
    public static bool IsGguf(string path) => path.EndsWith(Gguf, StringComparison.OrdinalIgnoreCase) && File.Exists(path);

    /// <summary>What the files have and the model has not, and the other way around.</summary>
    /// <param name="model">The model that its config describes.</param>
    public CheckpointDifferences Compared(ModelSpec model)
    {
        var weights = model.StoredWeights.ToDictionary(weight => weight.Name, weight => weight.StoredShape, StringComparer.Ordinal);
        // The file of a base model has no prefix.
        var prefix = Tensors.Any(tensor => weights.ContainsKey(tensor.Name)) ? "" : model.Prefix;
        var (missing, extra, shapes) = (weights.Keys.ToHashSet(StringComparer.Ordinal), new List<string>(), new List<string>());
        foreach (var tensor in Tensors)
        {
            var name = prefix + tensor.Name;
            if (weights.TryGetValue(name, out var shape))
            {
                _ = missing.Remove(name);
                if (tensor.Type.BlockBits >= 16 && !shape.SequenceEqual(tensor.Shape))
                    shapes.Add($"{tensor.Name} is {Words(tensor.Shape)}; by the config {Words(shape)}");
            }
            else if (Owner(name, weights) is { } owner)
            {
                _ = missing.Remove(owner);
            }
            else if (!IsTied(model, name) && !Computed.Any(end => name.EndsWith(end, StringComparison.Ordinal)))
            {
                extra.Add(tensor.Name);
            }
        }
        return new([.. missing.Order(StringComparer.Ordinal)], extra, shapes);
    }

    private static string Words(IReadOnlyList<long> shape) => string.Join("x", shape);

    private static bool IsTied(ModelSpec model, string name) => model.TiedOutput && name.EndsWith(model.Output.Name + ".weight", StringComparison.Ordinal);

    /// <summary>The weight that a tensor of a quantized checkpoint stands for or belongs to: 'q_proj.qweight', 'experts.gate_up_proj_scales'.</summary>
    private static string? Owner(string name, Dictionary<string, Sequence<long>> weights)
    {
        var module = name[..Math.Max(name.LastIndexOf('.'), 0)];
        if (weights.ContainsKey(module + ".weight"))
            return module + ".weight";
        var parameter = name[..Math.Max(name.LastIndexOf('_'), 0)];
        return weights.ContainsKey(parameter) ? parameter : weights.ContainsKey(module) ? module : null;
    }

    private static StoredCheckpoint OfIndex(string folder)
    {
        var path = Path.Combine(folder, Index);
        var files = Map(path).GroupBy(entry => entry.File, entry => entry.Tensor).OrderBy(file => file.Key, StringComparer.Ordinal).ToList();
        var tensors = new List<FileTensor>();
        foreach (var file in files)
        {
            if (file.Key != Path.GetFileName(file.Key) || !file.Key.EndsWith(Ending, StringComparison.Ordinal))
                throw new InputException($"{path}: names the file '{ForeignText.Plain(file.Key)}'; expected a safetensors file in the same folder");
            var found = SafetensorsHeader.Read(Path.Combine(folder, file.Key)).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
            foreach (var name in file)
            {
                tensors.Add(found.GetValueOrDefault(name)
                    ?? throw new InputException($"{path}: says that '{ForeignText.Plain(name)}' is in {file.Key}, which does not have it; expected the index of these files"));
            }
        }
        return new("safetensors", [.. files.Select(file => file.Key)], [.. tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)]);
    }

    private static List<(string Tensor, string File)> Map(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(SmallFile.Read(path, "index of a checkpoint", LargestIndex), new() { MaxDepth = 8, AllowDuplicateProperties = false });
            return [.. json.RootElement.GetProperty("weight_map").EnumerateObject().Select(entry => (entry.Name, entry.Value.GetString()!))];
        }
        catch (JsonException e)
        {
            throw new InputException($"{path}: invalid JSON at {(e.LineNumber is { } line ? $"line {line + 1}" : "its start")}; expected the index of a checkpoint, with a weight_map from tensors to files", e);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException)
        {
            throw new InputException($"{path}: has no weight_map from tensors to files; expected the index of a checkpoint", e);
        }
    }
}

/// <summary>How a checkpoint's tensors differ from those that its config describes.</summary>
/// <param name="Missing">Tensors of the config alone.</param>
/// <param name="Extra">Tensors of the files alone.</param>
/// <param name="Shapes">Tensors of another shape, in words.</param>
public sealed record CheckpointDifferences(IReadOnlyList<string> Missing, IReadOnlyList<string> Extra, IReadOnlyList<string> Shapes);
