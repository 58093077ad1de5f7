using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Harness.Torch;
using static TorchSharp.torch;

namespace LlmMemProfiler.Harness.Tests.Torch;

/// <summary>Rows of length 5, 0 and 13 become rows of length 1, 0 and 1, as <c>torch.nn.functional.normalize</c> has it.</summary>
public class NormalizedRowsTests(TorchFixture fixture)
{
    private static readonly float[] Rows = [3, 4, 0, 0, 5, -12], Normalized = [0.6f, 0.8f, 0, 0, 5 / 13f, -12 / 13f];

    [Theory]
    [InlineData(ScalarType.Float32, 1e-6)]
    [InlineData(ScalarType.Float16, 1e-3)]
    [InlineData(ScalarType.BFloat16, 1e-2)]
    public void In_place(ScalarType type, double tolerance)
    {
        Assert.NotNull(fixture.Library);
        using var scope = NewDisposeScope();
        var rows = tensor(Rows, [3, 2]).to(type);
        new TorchOps(new TagCursor(), CPU).NormalizeRows(rows, null);
        Assert.Equal(type, rows.dtype);
        Assert.Equal(Normalized, rows.to(ScalarType.Float32).data<float>().ToArray(), (a, b) => Math.Abs(a - b) < tolerance);
    }

    /// <summary>Whatever the scale was: the rows stay, and the new scale is one over their length.</summary>
    [Fact]
    public void By_the_scale_of_INT8()
    {
        Assert.NotNull(fixture.Library);
        using var scope = NewDisposeScope();
        var (rows, scales) = (tensor(Rows, [3, 2]).to(ScalarType.Int8), tensor(new float[] { 7, 7, 7 }, [3, 1]));
        new TorchOps(new TagCursor(), CPU).NormalizeRows(rows, scales);
        Assert.Equal(Normalized, rows.to(ScalarType.Float32).mul(scales).data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }
}
