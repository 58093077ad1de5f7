using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Shapes.Kernels.Cuda;

public class FlashAttentionTests
{
    [Fact]
    public void A_short_prompt_takes_log_sum_exp_and_two_small_tensors() =>
        // B 2, h 3, T 5: FP32 [2, 3, 5].
        Assert.Equal(
            ["result", "+120", "+16", "+8", "-120", "-16", "-8"],
            Script("a100-80", new(2, 3, 5, 5, 64, false, true, DataType.Float16)));

    [Fact]
    public void A_head_dimension_that_8_does_not_divide_has_queries_keys_and_values_padded()
    {
        // D 100 becomes 104: queries [1, 2, 1, 104], keys and values [1, 2, 3, 104].
        Assert.Equal(
            ["+416", "+1248", "+1248", "result", "+8", "+16", "+8", "-8", "-16", "-8", "-1248", "-1248", "-416"],
            Script("a100-80", new(1, 2, 1, 3, 100, false, false, DataType.BFloat16)));
    }

    [Fact]
    public void One_query_over_a_long_cache_splits_the_keys_and_sums_each_split_for_itself()
    {
        // h 16, L 4096, D 64: 16 blocks of 256 keys, 264 places on an H100. 16 splits fill 256 of them, 97 %; 8 of 16 are half.
        const long logSumExp = 16 * 4;
        Assert.Equal(
            ["result", "+64", $"+{16 * logSumExp}", $"+{16 * 16 * 64 * 4}", "+16", "+8",
                $"-{16 * logSumExp}", $"-{16 * 16 * 64 * 4}", "-64", "-16", "-8"],
            Script("h100", new(1, 16, 1, 4096, 64, false, false, DataType.Float16)));
    }

    [Theory]
    // Rows of the accumulator are rounded to 32, beyond 192 they are 256; blocks of keys hold 256, 128 or 64.
    [InlineData(64, 512, 64, 2)]
    [InlineData(80, 256, 96, 2)]
    [InlineData(100, 256, 128, 2)]
    [InlineData(128, 256, 128, 2)]
    [InlineData(136, 128, 160, 2)]
    [InlineData(160, 128, 160, 2)]
    [InlineData(168, 128, 192, 2)]
    [InlineData(200, 128, 256, 2)]
    [InlineData(256, 128, 256, 2)]
    [InlineData(64, 256, 0, 1)]
    [InlineData(128, 128, 0, 1)]
    [InlineData(160, 64, 0, 1)]
    public void Blocks_of_keys_and_the_accumulators_rows_follow_the_head_dimension(long headDim, long keys, long row, long splits)
    {
        var words = Script("h100", new(1, 16, 1, keys, headDim, false, false, DataType.Float16));

        if (splits == 1)
            Assert.DoesNotContain($"+{2 * 16 * 4}", words);
        else
            Assert.Equal([$"+{splits * 16 * 4}", $"+{splits * 16 * row * 4}"], words.SkipWhile(w => w != "+64").Skip(1).Take(2));
    }

    /// <summary>Rows of 64 and of 32 as the real libtorch takes them on a virtual A100: 22 splits, 8 heads.</summary>
    [Theory]
    [InlineData("2.8.0", 96, 16 * 8 * 96 * 4)]
    [InlineData("2.9.1", 160, 112_640)]
    [InlineData("2.10.0", 160, 112_640)]
    [InlineData("2.11.0", 160, 135_168)]
    [InlineData("2.12.1", 160, 135_168)]
    [InlineData("2.11.0", 192, 135_168)]
    public void From_2_11_on_the_accumulators_rows_are_rounded_to_64_above_128(string version, long headDim, long accumulator) =>
        Assert.Contains(
            $"+{accumulator}",
            Scripts.Kernels("a100-80", new(version, 0)).FusedAttention(new(1, 8, 1, 4096, headDim, false, false, DataType.Float16)).Words());

    [Fact]
    public void A_whole_prompt_is_split_too_where_it_leaves_the_gpu_half_empty()
    {
        // T 512: 8 blocks of 64 queries, 16 heads: 128 of 264 places. Two blocks of keys, 256 of 264.
        Assert.Contains($"+{2 * 16 * 512 * 4}", Script("h100", new(1, 16, 512, 512, 64, false, true, DataType.Float16)));
        // Two sequences fill it: 256 of 264.
        Assert.Equal(7, Script("h100", new(2, 16, 512, 512, 64, false, true, DataType.Float16)).Length);
    }

    [Theory]
    // Nearly full at 80 %: 0.8 · 216 = 172.8.
    [InlineData(173, 216, 64, 1)]
    // 172 of 216 is 80 %, and so it stays up to 4 splits in 4 waves; 5 are 860 of 864.
    [InlineData(172, 216, 64, 5)]
    // The example in the source, on an A100 of 108 places: 48 tiles, 2 splits 89 %, 3 splits 67 %.
    [InlineData(48, 108, 64, 2)]
    // Seven blocks: 4 splits are 2 blocks each, and so are 5 and 6, which are passed over.
    [InlineData(1, 100, 7, 7)]
    [InlineData(20, 100, 7, 4)]
    [InlineData(1, 1000, 1000, 112)]
    [InlineData(1, 100, 1, 1)]
    public void The_fewest_splits_that_come_near_the_fullest_gpu_win(long tiles, int places, long keyBlocks, int splits) =>
        Assert.Equal(splits, SplitKeys.Count(tiles, places, keyBlocks));

    private static string[] Script(string gpu, AttentionShape shape)
    {
        var kernels = Scripts.Kernels(gpu);
        Assert.Equal(AttentionBackend.Flash, kernels.Backend(shape));
        return kernels.FusedAttention(shape).Words();
    }
}
