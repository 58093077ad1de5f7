using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Tests.Weights;

/// <summary>Weights from files, in memory as they are used.</summary>
public class CheckpointFillerTests
{
    /// <summary>Row of <see cref="HandMadeCheckpoint"/>'s values in each type of file, by that type's definition.</summary>
    private static readonly Dictionary<string, Func<float, byte[]>> Encoders = new()
    {
        ["F32"] = BitConverter.GetBytes,
        ["F16"] = value => BitConverter.GetBytes((Half)value),
        ["BF16"] = value => BitConverter.GetBytes(value)[2..],
    };

    public static TheoryData<string, DataType> Types =>
        new MatrixTheoryData<string, DataType>(["F32", "F16", "BF16"], [DataType.Float32, DataType.Float16, DataType.BFloat16]);

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_element_of_every_type_has_its_place_in_every_type(string stored, DataType type)
    {
        using var files = new HandMadeCheckpoint(stored, Encoders[stored]).Written();
        using var decoder = Loaded(files, type);
        foreach (var (name, shape) in HandMadeCheckpoint.Shapes)
        {
            var values = decoder.Weight(name);
            Assert.Equal(shape.Aggregate((a, b) => a * b), values.Length);
            Assert.Equal(-1, Array.FindIndex([.. Enumerable.Range(0, values.Length)], i => values[i] != HandMadeCheckpoint.Used(name, i)));
        }
    }

    [Fact]
    public void Parts_of_a_checkpoint_are_one()
    {
        using var files = new HandMadeCheckpoint("F32", Encoders["F32"]).WrittenInTwo();
        using var decoder = Loaded(files, DataType.Float32);
        foreach (var name in HandMadeCheckpoint.Shapes.Keys)
            Assert.Equal(HandMadeCheckpoint.Used(name, 5), decoder.Weight(name)[5]);
    }

    /// <summary>q = round(w / scale), scale = max|w| / 127 of a row: half a step off at most.</summary>
    [Theory]
    [InlineData("wte.weight", 8)]
    [InlineData("h.0.mlp.c_fc.weight", 8)]
    [InlineData("h.0.mlp.c_proj.weight", 9_000)]
    public void INT8_weights_have_a_scale_for_each_output(string name, int inputs)
    {
        using var files = new HandMadeCheckpoint("F32", Encoders["F32"]).Written();
        using var decoder = Loaded(files, DataType.Int8);
        var (rows, quantized) = (decoder.Weight(name).Chunk(inputs).ToList(), decoder.Quantised(name));
        Assert.All(rows.Index(), row =>
        {
            var expected = Enumerable.Range(0, inputs).Select(i => HandMadeCheckpoint.Used(name, ((long)row.Index * inputs) + i)).ToList();
            // The scales are in FP16, with 11 bits.
            var most = expected.Max(Math.Abs);
            Assert.All(expected.Zip(row.Item), pair => Assert.InRange(pair.Second, pair.First - (most * 0.0047f), pair.First + (most * 0.0047f)));
            Assert.Equal(127, quantized.AsSpan(row.Index * inputs, inputs).ToArray().Max(q => Math.Abs((int)q)));
        });
    }

    /// <summary>1.5 in FP8, times the scale of its block of 2 x 4 elements [in, out]: 4 blocks down, 2,250 across.</summary>
    [Theory]
    [InlineData("F8_E4M3", 0b0_0111_100)]
    [InlineData("F8_E5M2", 0b0_01111_10)]
    public void FP8_is_multiplied_by_its_blocks_scales(string type, byte bits)
    {
        const string name = "h.0.mlp.c_fc.weight";
        using var files = new HandMadeCheckpoint("F32", Encoders["F32"]);
        files.Config(""", "quantization_config": {"quant_method": "fp8", "weight_block_size": [2, 4]}""");
        files.Replace(name, type, [.. Enumerable.Repeat(bits, 8 * 9_000)]);
        files.Add(name + "_scale_inv", "F32", [4, 2_250], [.. Enumerable.Range(0, 4 * 2_250).SelectMany(i => BitConverter.GetBytes((float)i))]);
        using var decoder = Loaded(files.Written(), DataType.Float32);

        var values = decoder.Weight(name);
        Assert.Equal(-1, Array.FindIndex([.. Enumerable.Range(0, 8 * 9_000)], i => values[i] != 1.5f * ((i % 8 / 2 * 2_250) + (i / 8 / 4))));
    }

    [Fact]
    public void A_file_that_became_shorter_after_its_header_was_read_is_refused()
    {
        using var files = new HandMadeCheckpoint("F32", Encoders["F32"]).Written();
        var found = RunnableModel.Find(files.Path, randomWeights: false);
        using (var file = File.OpenWrite(Path.Combine(files.Path, "model.safetensors")))
            file.SetLength(file.Length - 1);

        var message = Assert.Throws<InputException>(() => Loaded(found, DataType.Float32)).Message;
        Assert.Contains("ends within 'transformer.ln_f.bias'; must not change", message, StringComparison.Ordinal);
    }

    private static LoadedDecoder Loaded(HandMadeCheckpoint files, DataType type) => Loaded(RunnableModel.Find(files.Path, randomWeights: false), type);

    private static LoadedDecoder Loaded(RunnableModel found, DataType type) =>
        new(found.Model, new() { Type = type, Prompt = 3, NewTokens = 1 }, stored: found.Weights);
}
