using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Tests.Reference;
using LlmMemProfiler.Harness.Torch;
using TorchSharp;

namespace LlmMemProfiler.Harness.Tests.Torch;

/// <summary>What numbers of a narrow type stand for.</summary>
public class QuantizeTests(TorchFixture fixture)
{
    private readonly TorchOps ops = new(new TagCursor(), torch.CPU);

    /// <summary>The largest number makes the scale 1.</summary>
    [Theory]
    [InlineData(DataType.Int8, new[] { 127, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 126.5f, 3.4f, -126.5f }, new[] { 127, 0, 2, 2, 0, -2, 126, 3, -126f })]
    [InlineData(DataType.Float8, new[] { 448, 17, 19, -17, 1.0625f, 1.1875f, 0.0009765625f, 0.0029296875f, 432 }, new[] { 448, 16, 20, -16, 1, 1.25f, 0, 0.00390625f, 448 })]
    public void Ties_go_to_even(DataType type, float[] row, float[] expected)
    {
        var (rounded, scales) = Kept(row, type, DataType.Float32);
        Assert.Equal(1, scales);
        Assert.Equal(expected, rounded);
        Assert.Equal(expected.Select(x => (double)x), new KeptLoops().Row([.. row], type));
    }

    [Theory]
    [InlineData(DataType.Float32, DataType.Int8, 0.5 + 1e-4)]
    [InlineData(DataType.Float16, DataType.Int8, 0.6)]
    [InlineData(DataType.BFloat16, DataType.Int8, 1.1)]
    [InlineData(DataType.Float32, DataType.Float8, 16 + 1e-3)]
    [InlineData(DataType.Float16, DataType.Float8, 17)]
    [InlineData(DataType.BFloat16, DataType.Float8, 18)]
    public void No_number_is_farther_off_than_half_a_step_and_what_the_type_rounds(DataType computed, DataType type, double steps)
    {
        var random = new Random(5);
        for (var i = 0; i < 200; i++)
        {
            var magnitude = (float)Math.Pow(2, random.Next(-20, 12));
            var row = RoundedTo(computed, [.. Enumerable.Range(0, 32).Select(_ => ((random.NextSingle() * 2) - 1) * magnitude)]);
            var (rounded, scale) = Kept(row, type, computed);
            var largest = type == DataType.Int8 ? 127 : 448;
            // FP16's smallest numbers are 2⁻²⁴ apart, scales too.
            var allowed = (steps * row.Max(Math.Abs) / largest) + (computed == DataType.Float16 ? largest * Math.Pow(2, -25) : 0);
            Assert.All(row.Zip(rounded), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, allowed));
            Assert.True(scale > 0);
        }
    }

    [Theory]
    [InlineData(DataType.Float32)]
    [InlineData(DataType.Float16)]
    [InlineData(DataType.BFloat16)]
    public void Zeros_stay_zeros(DataType computed) => Assert.All(Kept(new float[8], DataType.Int8, computed).Rounded, x => Assert.Equal(0, x));

    private (float[] Rounded, float Scale) Kept(float[] row, DataType type, DataType computed)
    {
        Assert.NotNull(fixture.Library);
        using var inference = torch.inference_mode();
        using var scope = torch.NewDisposeScope();
        var (numbers, scales) = ops.Quantize(torch.tensor(row).to(computed.ToTorch()), type);
        var read = ops.Dequantize(ops.Cast(numbers, type), scales);
        return (Floats(read), Floats(scales)[0]);
    }

    private static float[] RoundedTo(DataType type, float[] row)
    {
        using var scope = torch.NewDisposeScope();
        return Floats(torch.tensor(row).to(type.ToTorch()));
    }

    private static float[] Floats(torch.Tensor tensor)
    {
        using var wide = tensor.to(torch.float32);
        using var accessor = wide.data<float>();
        return accessor.ToArray();
    }
}
