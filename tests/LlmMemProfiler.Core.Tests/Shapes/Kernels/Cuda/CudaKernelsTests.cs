using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Shapes;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Shapes.Kernels.Cuda;

/// <summary>CUDA's kernels as the symbolic interpreter plays them.</summary>
public class CudaKernelsTests
{
    private readonly Recording recording = new();
    private readonly CudaKernels kernels = Scripts.Kernels("h100");
    private readonly ShapeOps ops;

    public CudaKernelsTests() => ops = new(new TagCursor(), recording, kernels);

    [Fact]
    public void The_name_says_what_decides() => Assert.Equal("sm_90, 132 multiprocessors, libtorch 2.10.0", kernels.Name);

    [Fact]
    public void It_says_that_no_real_GPU_was_seen_and_what_virtual_ones_showed() =>
        Assert.StartsWith("kernels on a real GPU: seen with libtorch 2.11.0 only, on one NVIDIA H100 80GB HBM3; on virtual ones of capability 9.0, libtorch 2.10.0 did as predicted in ", Assert.Single(kernels.Unknown), StringComparison.Ordinal);

    [Theory]
    [InlineData(DataType.Float16)]
    [InlineData(DataType.Float32)]
    public void Layer_norms_statistics_are_FP32(DataType type)
    {
        var (x, w) = (New(type, 3, 8), New(type, 8));

        Emits([24 * type.Bytes(), 12, 12, -12, -12], () => ops.LayerNorm(x, w, w, 1e-5));
    }

    [Fact]
    public void The_first_product_brings_the_workspaces_and_no_later_one()
    {
        var (x, w, bias) = (New(DataType.Float16, 4, 8), New(DataType.Float16, 16, 8), New(DataType.Float16, 16));

        Emits([128, 33_554_432], () => ops.Linear(x, w, null));
        Assert.Equal(Part.Workspace, recording.Events[1].Tag.Part);
        Emits([128, 1_048_576], () => ops.Linear(x, w, bias));
        Emits([128], () => ops.Linear(x, w, bias));
    }

    [Fact]
    public void A_number_that_multiplies_is_no_tensor_on_the_device()
    {
        var x = New(DataType.Float16, 3);

        recording.Events.Clear();
        ops.Scale(x, 0.5);
        Assert.Empty(recording.Events);
    }

    [Fact]
    public void Ids_with_gaps_are_looked_up_where_they_are()
    {
        var table = New(DataType.Float16, 10, 4);
        using var column = ops.Narrow(New(DataType.Int64, 3, 7), 1, 0, 1);
        using var ids = ops.Flatten(column);
        Assert.False(ids.IsContiguous);

        Emits([3 * 4 * 2], () => ops.Embedding(table, ids));
    }

    [Fact]
    public void Flashs_result_lies_as_the_queries_do()
    {
        var rows = New(DataType.Float16, 2 * 4, 3 * 24);
        using var queries = ops.SplitHeads(rows, 2, new(0, 3, 8));
        var keys = New(DataType.Float16, 2, 3, 4, 8);

        var byToken = ops.FusedAttention(queries, keys, keys, null, true);
        Emits([], () => ops.MergeHeads(byToken));
        var byHead = ops.FusedAttention(keys, keys, keys, null, true);
        Emits([2 * 3 * 4 * 8 * 2], () => ops.MergeHeads(byHead));
    }

    [Fact]
    public void A_padded_result_is_copied_to_be_merged_even_for_one_token()
    {
        // D 5 becomes 8: two heads of one token.
        var rows = New(DataType.Float16, 1, 30);
        using var queries = ops.SplitHeads(rows, 1, new(0, 2, 5));
        var keys = New(DataType.Float16, 1, 2, 3, 5);
        ShapeTensor? attended = null;

        Emits(
            [32, 96, 96, 32, 8, 16, 8, -8, -16, -8, -96, -96, -32],
            () => attended = ops.FusedAttention(queries, keys, keys, null, false));

        Assert.Equal([1, 2, 1, 5], attended!.Shape);
        Assert.Equal([16, 8, 8, 1], attended.Strides);
        var merged = Emits([20], () => ops.MergeHeads(attended));
        Assert.Equal([1, 10], merged.Shape);
        // All 32 bytes are given back.
        recording.Events.Clear();
        attended.Dispose();
        Assert.Equal([-32], recording.Sizes);
    }

    [Fact]
    public void Memory_efficient_writes_token_by_token_and_plain_operations_head_by_head()
    {
        var efficient = New(DataType.Float32, 2, 3, 4, 8);
        var plain = New(DataType.Float32, 2, 3, 4, 7);

        Emits([], Merged(efficient));
        Emits([2 * 3 * 4 * 7 * 4], Merged(plain));

        Func<ShapeTensor> Merged(ShapeTensor x)
        {
            var attended = ops.FusedAttention(x, x, x, null, true);
            return () => ops.MergeHeads(attended);
        }
    }

    [Fact]
    public void CuDNNs_result_lies_as_the_queries_do()
    {
        var newer = new ShapeOps(new TagCursor(), recording, Scripts.Kernels("h200", Scripts.PyTorch211));
        var rows = newer.Zeros([2 * 4, 3 * 24], DataType.Float16);
        using var queries = newer.SplitHeads(rows, 2, new(0, 3, 8));
        var keys = newer.Zeros([2, 3, 4, 8], DataType.Float16);

        var byToken = newer.FusedAttention(queries, keys, keys, null, true);
        Emits([], () => newer.MergeHeads(byToken));
        var byHead = newer.FusedAttention(keys, keys, keys, null, true);
        Emits([2 * 3 * 4 * 8 * 2], () => newer.MergeHeads(byHead));
    }

    private ShapeTensor New(DataType type, params long[] shape) => ops.Zeros(shape, type);

    private ShapeTensor Emits(long[] sizes, Func<ShapeTensor> operation)
    {
        recording.Events.Clear();
        var result = operation();
        Assert.Equal(sizes, recording.Sizes);
        return result;
    }
}
