using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Shapes.Kernels.Cuda;

/// <summary>argmax of logits: when several blocks share a row.</summary>
public class GlobalReductionTests
{
    [Theory]
    [InlineData(1, 50_257)] // 512 threads a row, 99 values each
    [InlineData(8, 50_257)]
    [InlineData(64, 50_257)]
    [InlineData(1, 130_560)] // 512 · 255
    [InlineData(1, 100)]
    [InlineData(1, 1)]
    public void A_usual_vocabulary_needs_nothing_beside_the_result(long rows, long columns) =>
        Assert.Equal(["result"], ArgMax("h100", rows, columns));

    [Theory]
    // 200,000 = 512 threads · 391 values, ceiling; 391 / 16 = 25 blocks a row; 16 bytes a state, 4 a semaphore.
    [InlineData("h100", 1, 200_000, 16 * 25, 4)]
    // 256 values, 16 blocks.
    [InlineData("h100", 1, 130_561, 16 * 16, 4)]
    // 132 · 4 = 528 blocks wanted, 64 rows: 9 blocks each.
    [InlineData("h100", 64, 200_000, 16 * 64 * 9, 4 * 64)]
    // T4: 40 · 2 = 80 wanted, 64 rows: 2 each, as many as 256 values ask for.
    [InlineData("t4", 64, 200_000, 16 * 64 * 2, 4 * 64)]
    // RTX 4090: 128 · 3 = 384 wanted.
    [InlineData("rtx-4090", 64, 200_000, 16 * 64 * 6, 4 * 64)]
    public void Beyond_that_several_blocks_share_a_row_through_states_and_semaphores(
        string gpu, long rows, long columns, long buffer, long semaphores) =>
        Assert.Equal(["result", $"+{buffer}", $"+{semaphores}", $"-{semaphores}", $"-{buffer}"], ArgMax(gpu, rows, columns));

    [Fact]
    public void More_rows_than_the_gpu_holds_blocks_fill_it_by_themselves()
    {
        Assert.Equal(5, ArgMax("t4", 80, 200_000).Length);
        Assert.Equal(["result"], ArgMax("t4", 81, 200_000));
    }

    /// <summary>What libtorch 2.10.0 did on a virtual B200: FP32 rows of 151,936, which 32 bits index only in parts.</summary>
    [Fact]
    public void A_reduction_that_32_bits_cannot_index_is_split_with_a_buffer_for_all_states()
    {
        var kernels = Scripts.Kernels("b200");
        Assert.Equal(["result", "+768000", "-768000"], kernels.ArgMax(48_000, 151_936, 151_936, DataType.Float32).Words());

        // Seven rows, each the last of 48,000 / 7: a part for each. 297 values a thread, 19 blocks of 16 bytes, one semaphore.
        var words = kernels.ArgMax(7, 151_936, 6_857L * 151_936, DataType.Float32).Words();
        Assert.Equal(["result", "+112", .. Enumerable.Repeat((string[])["+304", "+4", "-4", "-304"], 7).SelectMany(w => w), "-112"], words);
        // Side by side they fit.
        Assert.Equal(5, kernels.ArgMax(7, 151_936, 151_936, DataType.Float32).Words().Length);
    }

    private static string[] ArgMax(string gpu, long rows, long columns) =>
        Scripts.Kernels(gpu).ArgMax(rows, columns, columns, DataType.Float16).Words();
}
