using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Shapes;
using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Shapes.Kernels.Cpu;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Shapes.Kernels.Cpu;

/// <summary>What CPU kernels take besides their results.</summary>
public class CpuKernelsTests
{
    private readonly Recording recording = new();
    private readonly ScratchTable scratch = new();
    private readonly CpuKernels kernels;
    private readonly ShapeOps ops;

    public CpuKernelsTests()
    {
        kernels = new(threads: 2, scratch);
        ops = new(new TagCursor(), recording, kernels);
    }

    [Fact]
    public void Fused_attention_takes_log_sum_exp_and_a_threads_buffers_and_gives_the_last_back_first()
    {
        var q = New(DataType.Float32, 1, 3, 4, 8);
        var k = New(DataType.Float32, 1, 3, 5, 8);

        // FP32: result [1, 4, 3, 8]; log-sum-exp [1, 3, 4]; for 2 threads 4 x 5 scores, 2 x 4 rows' numbers, 4 x 8 sums.
        const int Result = 4 * 96, LogSumExp = 4 * 12, Buffer = 2 * 4 * (20 + 8 + 32);
        Emits([Result, LogSumExp, Buffer, -Buffer, -LogSumExp], () => ops.FusedAttention(q, k, k, null, false));
    }

    [Fact]
    public void In_half_precision_a_blocks_scores_stand_once_more_in_that_type()
    {
        var q = New(DataType.BFloat16, 1, 1, 4, 8);

        Emits([64, 16, 2 * 4 * (16 + 8 + 32), 2 * 2 * 16, -64, -448, -16], () => ops.FusedAttention(q, q, q, null, true));
    }

    [Fact]
    public void A_number_that_multiplies_is_a_tensor_twice()
    {
        var x = New(DataType.Float16, 3);

        recording.Events.Clear();
        ops.Scale(x, 0.5);
        Assert.Equal([8, 2, -2, -8], recording.Sizes);
    }

    [Fact]
    public void A_half_precision_product_takes_what_was_seen_and_says_where_nobody_looked()
    {
        var (x, w, bias) = (New(DataType.BFloat16, 4, 8), New(DataType.BFloat16, 16, 8), New(DataType.BFloat16, 16));
        Emits([128], () => ops.Linear(x, w, bias));
        Assert.Single(kernels.Unknown);

        scratch.Add(Assert.Single(scratch.MissingLinears), new KernelScript().Result().Scratch(1000));

        Assert.Empty(kernels.Unknown);
        Emits([128, 1000, -1000], () => ops.Linear(x, w, bias));
        // Without a bias it is another shape.
        Emits([128], () => ops.Linear(x, w, null));
        Assert.Equal(new(4, 8, 16, false, DataType.BFloat16), Assert.Single(scratch.MissingLinears));
    }

    [Fact]
    public void A_batched_product_is_known_by_its_layout_too()
    {
        var q = New(DataType.BFloat16, 1, 2, 3, 8);
        var wide = New(DataType.BFloat16, 1, 2, 9, 8);
        using var k = ops.Narrow(wide, 2, 0, 4);
        ops.Scores(q, k);

        Assert.Equal(
            new(2, 3, 8, 4, new(24, 8, 1), new(72, 1, 8), DataType.BFloat16),
            Assert.Single(scratch.MissingProducts));
    }

    [Fact]
    public void FP32_products_take_nothing_and_ask_nobody()
    {
        var (x, w) = (New(DataType.Float32, 4, 8), New(DataType.Float32, 16, 8));

        Emits([256], () => ops.Linear(x, w, null));
        Assert.True(scratch.IsComplete);
    }

    private ShapeTensor New(DataType type, params long[] shape) => ops.Zeros(shape, type);

    private void Emits(long[] sizes, Func<ShapeTensor> operation)
    {
        recording.Events.Clear();
        operation();
        Assert.Equal(sizes, recording.Sizes);
    }
}
