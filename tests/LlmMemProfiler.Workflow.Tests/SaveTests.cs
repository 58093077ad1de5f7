using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>Files for a comparison with another implementation, read back byte by byte with a reader of the tests' own.</summary>
public sealed class SaveTests : IDisposable
{
    private static readonly string[] Point = ["run", "tiny", "--dtype", "fp32", "--device", "cpu", "--prompt", "5", "--new-tokens", "4", "--batch", "2", "--seed", "3", "--json"];

    private readonly TemporaryFolder folder = new();

    private string Model => Path.Combine(folder.Path, "model");

    private string Logits => Path.Combine(folder.Path, "logits.safetensors");

    [Fact]
    public async Task The_run_is_the_same_with_and_without()
    {
        var plain = (await Llmmem.Run(Point)).Well().Json;
        var kept = (await Llmmem.Run([.. Point, "--save-model", Model, "--save-logits", Logits])).Well().Json;
        Assert.True(JsonElement.DeepEquals(plain.GetProperty("generated"), kept.GetProperty("generated")));
        Assert.True(JsonElement.DeepEquals(plain.GetProperty("trace"), kept.GetProperty("trace")), "looking at logits was seen");
        Assert.Equal(0, kept.GetProperty("trace").GetProperty("differences").GetInt64());
        Assert.Equal(["logits.safetensors", "model"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());
        Assert.Equal(["config.json", "model.safetensors"], Directory.GetFileSystemEntries(Model).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Each_token_is_the_largest_of_its_logits()
    {
        var record = (await Llmmem.Run([.. Point, "--save-logits", Logits])).Well().Json;
        var tensors = Read(Logits);
        Assert.Equal([2, 5], tensors["prompt"].Shape);
        Assert.Equal([4, 2, 500], tensors["logits"].Shape);
        var logits = MemoryMarshal.Cast<byte, float>(tensors["logits"].Bytes);
        var generated = MemoryMarshal.Cast<byte, long>(tensors["generated"].Bytes);
        for (var row = 0; row < 4 * 2; row++)
        {
            var of = logits.Slice(row * 500, 500);
            Assert.Equal(of.IndexOf(of.ToArray().Max()), generated[row]);
            Assert.Equal(record.GetProperty("generated")[row % 2][row / 2].GetInt64(), generated[row]);
        }
        Assert.All(MemoryMarshal.Cast<byte, long>(tensors["prompt"].Bytes).ToArray(), id => Assert.InRange(id, 0, 499));
    }

    /// <summary>In the second case the run that is compared has another seed, and so no weights but those of the file.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_saved_model_computes_what_the_run_computed(bool isLoaded)
    {
        (await Llmmem.Run([.. Point, "--save-model", Model, "--save-logits", Logits])).Well();
        if (isLoaded)
            (await Llmmem.Run("run", Model, "--dtype", "fp32", "--device", "cpu", "--prompt", "5", "--new-tokens", "4", "--batch", "2", "--seed", "4", "--save-logits", Logits)).Well();
        var weights = Read(Path.Combine(Model, "model.safetensors"));
        var logits = Read(Logits);
        var model = new SavedGpt2(weights, layers: 2, heads: 4, width: 64);
        var prompt = MemoryMarshal.Cast<byte, long>(logits["prompt"].Bytes).ToArray();
        for (var sequence = 0; sequence < 2; sequence++)
        {
            var expected = model.Logits(prompt[(sequence * 5)..((sequence + 1) * 5)]);
            var actual = MemoryMarshal.Cast<byte, float>(logits["logits"].Bytes).Slice(sequence * 500, 500);
            for (var i = 0; i < 500; i++)
                Assert.Equal(expected[i], actual[i], 1e-4f);
        }
    }

    [Theory]
    [InlineData("guide-354m", "linear layers without biases")]
    [InlineData("tiny-gqa", "fewer key/value heads")]
    public async Task A_model_that_transformers_has_not_is_refused_before_the_work(string model, string words) =>
        (await Llmmem.Run("run", model, "--save-model", Model)).Badly(2, words);

    [Fact]
    public async Task Logits_of_all_positions_and_places_that_cannot_be_written_are_refused_before_the_work()
    {
        (await Llmmem.Run([.. Point, "--logits", "all", "--save-logits", Logits])).Badly(2, "--logits must be last");
        (await Llmmem.Run([.. Point, "--save-logits", Path.Combine(folder.Path, "none", "l")])).Badly(2, "--save-logits", "cannot write");
        (await Llmmem.Run([.. Point, "--save-model", folder.With("file", "")])).Badly(2, "--save-model", "cannot write");
        Assert.Equal(["file"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    public void Dispose() => folder.Dispose();

    internal static Dictionary<string, SavedTensor> Read(string path)
    {
        var content = File.ReadAllBytes(path);
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(content);
        var tensors = JsonDocument.Parse(content.AsMemory(8, length)).RootElement.EnumerateObject()
            .Where(p => p.Name != "__metadata__")
            .ToDictionary(p => p.Name, p =>
            {
                var offsets = p.Value.GetProperty("data_offsets");
                var (from, to) = (offsets[0].GetInt32(), offsets[1].GetInt32());
                return new SavedTensor(
                    p.Value.GetProperty("dtype").GetString()!, [.. p.Value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())],
                    content[(8 + length + from)..(8 + length + to)]);
            });
        Assert.Equal(content.Length - 8 - length, tensors.Values.Sum(t => t.Bytes.Length));
        return tensors;
    }
}

internal sealed record SavedTensor(string Type, long[] Shape, byte[] Bytes)
{
    public float[] Floats => Type == "F32" ? MemoryMarshal.Cast<byte, float>(Bytes).ToArray() : throw new InvalidOperationException(Type);
}
