using System.Text;
using System.Text.Json;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;

namespace LlmMemProfiler.Core.Tests.Checkpoints;

public sealed class StoredCheckpointTests : IDisposable
{
    private static readonly ModelSpec Tiny = ModelPresets.Find("tiny");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Files_that_hold_the_model_differ_in_nothing_whether_whole_or_in_parts_or_of_the_base_model()
    {
        var tensors = Gpt2Checkpoint.Tensors(Tiny, new()).Select(t => (t.Saved.Name, t.Saved.Shape)).ToList();
        Write("model.safetensors", tensors);
        Assert.Equal(280_576, Same(StoredCheckpoint.Find(folder.Path)!).Bytes);
        File.Delete(Path.Combine(folder.Path, "model.safetensors"));

        Write("model.safetensors", [.. tensors.Select(t => (t.Name["transformer.".Length..], t.Shape)), ("h.0.attn.bias", [1, 1, 128, 128])]);
        Same(StoredCheckpoint.Find(Path.Combine(folder.Path, "config.json"))!);

        Write("one.safetensors", tensors[..3]);
        Write("two.safetensors", tensors[3..]);
        Index(tensors.Index().ToDictionary(t => t.Item.Name, t => t.Index < 3 ? "one.safetensors" : "two.safetensors"));
        Assert.Equal(["one.safetensors", "two.safetensors"], Same(StoredCheckpoint.Find(folder.Path)!).Files);
    }

    [Fact]
    public void What_is_missing_beyond_or_of_another_shape_is_named()
    {
        var tensors = Gpt2Checkpoint.Tensors(Tiny, new()).Select(t => (t.Saved.Name, t.Saved.Shape)).ToList();
        tensors[0] = (tensors[0].Name, [501, 64]);
        tensors[1] = ("transformer.other.weight", [3]);
        Write("model.safetensors", tensors);
        var differences = StoredCheckpoint.Find(folder.Path)!.Compared(Tiny);

        Assert.Equal(["transformer.wpe.weight"], differences.Missing);
        Assert.Equal(["transformer.other.weight"], differences.Extra);
        Assert.Equal(["transformer.wte.weight is 501x64; by the config 500x64"], differences.Shapes);
    }

    /// <summary>The tensors of a GPTQ layer stand for its weight.</summary>
    [Fact]
    public void The_tensors_of_a_quantized_layer_belong_to_its_weight()
    {
        var tensors = Gpt2Checkpoint.Tensors(Tiny, new()).Select(t => (t.Saved.Name, t.Saved.Shape)).ToList();
        var at = tensors.FindIndex(t => t.Name == "transformer.h.0.mlp.c_fc.weight");
        tensors[at] = ("transformer.h.0.mlp.c_fc.qweight", [8, 256]);
        tensors.Add(("transformer.h.0.mlp.c_fc.scales", [1, 256]));
        Write("model.safetensors", tensors);

        Same(StoredCheckpoint.Find(folder.Path)!);
    }

    [Theory]
    [InlineData("../model.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("sub/model.safetensors")]
    [InlineData("model.bin")]
    public void An_index_that_points_elsewhere_is_refused(string file)
    {
        Index(new() { ["a"] = file });

        Assert.Contains("expected a safetensors file in the same folder", Assert.Throws<InputException>(() => StoredCheckpoint.Find(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_index_of_other_files_is_refused()
    {
        Write("one.safetensors", [("a", [1])]);
        Index(new() { ["b"] = "one.safetensors" });
        Assert.Contains("'b' is in one.safetensors, which does not have it", Assert.Throws<InputException>(() => StoredCheckpoint.Find(folder.Path)).Message, StringComparison.Ordinal);

        folder.With("model.safetensors.index.json", "{}");
        Assert.Contains("has no weight_map", Assert.Throws<InputException>(() => StoredCheckpoint.Find(folder.Path)).Message, StringComparison.Ordinal);

        folder.With("model.safetensors.index.json", "{\n  \"weight_map\": {\n");
        Assert.Contains("invalid JSON at line 3; expected the index", Assert.Throws<InputException>(() => StoredCheckpoint.Find(folder.Path)).Message, StringComparison.Ordinal);
    }

    /// <summary>Hugging Face's cache consists of links.</summary>
    [Fact]
    public void Links_are_followed()
    {
        Write("blob", [("a", [1])]);
        File.CreateSymbolicLink(Path.Combine(folder.Path, "model.safetensors"), Path.Combine(folder.Path, "blob"));

        Assert.Single(StoredCheckpoint.Find(folder.Path)!.Tensors);
    }

    private static StoredCheckpoint Same(StoredCheckpoint stored)
    {
        var differences = stored.Compared(Tiny);
        Assert.Empty(differences.Missing.Concat(differences.Extra).Concat(differences.Shapes));
        return stored;
    }

    private void Index(Dictionary<string, string> map) => folder.With("model.safetensors.index.json", JsonSerializer.Serialize(new { weight_map = map }));

    private void Write(string name, IReadOnlyList<(string Name, IReadOnlyList<long> Shape)> tensors)
    {
        var (fields, end) = (new Dictionary<string, object>(), 0L);
        foreach (var (tensor, shape) in tensors)
        {
            var bytes = shape.Aggregate(2L, (product, n) => product * n);
            fields[tensor] = new { dtype = "F16", shape, data_offsets = (long[])[end, end + bytes] };
            end += bytes;
        }
        var header = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(fields));
        using var file = File.Create(Path.Combine(folder.Path, name));
        file.Write([.. BitConverter.GetBytes((ulong)header.Length), .. header]);
        file.SetLength(file.Position + end);
    }
}
