using System.Text;
using System.Text.Json;
using LlmMemProfiler.Core.Tests;

namespace LlmMemProfiler.Harness.Tests.Weights;

/// <summary>
/// A folder with a GPT-2 of one layer and its tensors, written by the tests' own hand. An element's value depends on the tensor and
/// the place, and is exact in FP16 and BF16: -1.5 to 1.5 in steps of 1/64.
/// </summary>
internal sealed class HandMadeCheckpoint : IDisposable
{
    public const int Vocabulary = 11, Width = 8, Hidden = 9_000;

    private readonly TemporaryFolder folder = new();
    private readonly List<(string Name, string Type, long[] Shape, byte[] Bytes)> tensors = [];

    /// <param name="encode">The bytes of a value.</param>
    /// <param name="type">What they are, by safetensors' name.</param>
    public HandMadeCheckpoint(string type, Func<float, byte[]> encode)
    {
        Config("");
        foreach (var (name, shape) in Shapes)
            Add(name, type, shape, [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).SelectMany(i => encode(Value(name, i)))]);
    }

    public string Path => folder.Path;

    /// <summary>transformers' GPT-2: the linear layers in the blocks are [in, out].</summary>
    public static IReadOnlyDictionary<string, long[]> Shapes { get; } = new Dictionary<string, long[]>
    {
        ["wte.weight"] = [Vocabulary, Width],
        ["wpe.weight"] = [16, Width],
        ["h.0.ln_1.weight"] = [Width],
        ["h.0.ln_1.bias"] = [Width],
        ["h.0.attn.c_attn.weight"] = [Width, 3 * Width],
        ["h.0.attn.c_attn.bias"] = [3 * Width],
        ["h.0.attn.c_proj.weight"] = [Width, Width],
        ["h.0.attn.c_proj.bias"] = [Width],
        ["h.0.ln_2.weight"] = [Width],
        ["h.0.ln_2.bias"] = [Width],
        // More than one tile: 9,000 x 8 elements, of which 65,536 are one.
        ["h.0.mlp.c_fc.weight"] = [Width, Hidden],
        ["h.0.mlp.c_fc.bias"] = [Hidden],
        ["h.0.mlp.c_proj.weight"] = [Hidden, Width],
        ["h.0.mlp.c_proj.bias"] = [Width],
        ["ln_f.weight"] = [Width],
        ["ln_f.bias"] = [Width],
    };

    public static bool IsTransposed(string name) => name.Contains(".c_", StringComparison.Ordinal) && name.EndsWith(".weight", StringComparison.Ordinal);

    /// <summary>The value at a place in the file's order.</summary>
    public static float Value(string name, long place) => ((((place * 7) + name.Length) % 193) - 96) / 64f;

    /// <summary>The value at a place in the order of use, in which linear layers are [out, in].</summary>
    public static float Used(string name, long place) => Shapes[name] is [var inputs, var outputs] && IsTransposed(name)
        ? Value(name, (place % inputs * outputs) + (place / inputs))
        : Value(name, place);

    public void Config(string more) => folder.With(
        "config.json", $$"""{"model_type": "gpt2", "n_layer": 1, "n_embd": {{Width}}, "n_head": 2, "n_inner": {{Hidden}}, "vocab_size": {{Vocabulary}}, "n_positions": 16{{more}}}""");

    public void Add(string name, string type, long[] shape, byte[] bytes) => tensors.Add((name, type, shape, bytes));

    public void Replace(string name, string type, byte[] bytes)
    {
        tensors.RemoveAll(t => t.Name == name);
        Add(name, type, Shapes[name], bytes);
    }

    /// <summary>Writes one file.</summary>
    public HandMadeCheckpoint Written()
    {
        Write("model.safetensors", tensors);
        return this;
    }

    /// <summary>Writes two files and their index.</summary>
    public HandMadeCheckpoint WrittenInTwo()
    {
        Write("a.safetensors", tensors[..5]);
        Write("b.safetensors", tensors[5..]);
        folder.With("model.safetensors.index.json", JsonSerializer.Serialize(new
        {
            weight_map = tensors.Index().ToDictionary(t => "transformer." + t.Item.Name, t => t.Index < 5 ? "a.safetensors" : "b.safetensors"),
        }));
        return this;
    }

    public void Dispose() => folder.Dispose();

    private void Write(string file, List<(string Name, string Type, long[] Shape, byte[] Bytes)> parts)
    {
        var (fields, end) = (new Dictionary<string, object>(), 0L);
        foreach (var (name, type, shape, bytes) in parts)
            fields["transformer." + name] = new { dtype = type, shape, data_offsets = (long[])[end, end += bytes.Length] };
        var header = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(fields));
        File.WriteAllBytes(System.IO.Path.Combine(Path, file), [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. parts.SelectMany(t => t.Bytes)]);
    }
}
