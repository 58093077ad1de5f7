using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Shapes;
using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Shapes.Kernels.Cuda;

/// <summary>Attention by memory-efficient, cuDNN's and plain operations.</summary>
public class OtherAttentionTests
{
    [Fact]
    public void Memory_efficient_makes_its_result_alone()
    {
        Assert.Equal(["result"], Script(AttentionBackend.Efficient, new(2, 3, 5, 5, 64, false, true, DataType.Float32)));
        Assert.Equal(["result"], Script(AttentionBackend.Efficient, new(2, 3, 5, 16, 128, true, false, DataType.Float16)));
    }

    [Theory]
    [InlineData(9, 16)]
    [InlineData(15, 16)]
    [InlineData(17, 24)]
    public void A_mask_whose_rows_8_does_not_divide_is_padded(long keys, long padded) =>
        Assert.Equal(
            [$"+{5 * padded * 2}", "result", $"-{5 * padded * 2}"],
            Script(AttentionBackend.Efficient, new(2, 3, 5, keys, 64, true, false, DataType.BFloat16)));

    [Fact]
    public void In_half_precision_heads_wider_than_128_are_summed_in_FP32()
    {
        const int sums = 2 * 3 * 5 * 136 * 4;
        Assert.Equal(
            ["+160", "result", $"+{sums}", $"-{sums}", "-160"],
            Script(AttentionBackend.Efficient, new(2, 3, 5, 9, 136, true, false, DataType.Float16)));
        Assert.Equal(["result"], Script(AttentionBackend.Efficient, new(2, 3, 5, 5, 136, false, true, DataType.Float32)));
    }

    [Fact]
    public void CuDNN_takes_seed_and_offset_and_says_that_its_workspace_is_not_known()
    {
        var kernels = Scripts.Kernels("h200", Scripts.PyTorch211);
        Assert.Single(kernels.Unknown);

        Assert.Equal(
            ["+8", "+8", "result", "-8", "-8"],
            kernels.FusedAttention(new(2, 3, 5, 5, 64, false, true, DataType.Float16)).Words());

        Assert.Equal("workspace of cuDNN attention: chosen by cuDNN for each shape", kernels.Unknown[1]);
    }

    [Fact]
    public void Plain_operations_in_half_precision_are_done_in_FP32_and_cast_back()
    {
        // B 1, h 2, T 3, L 3, D 4. In bytes: queries, keys and values 96 in FP32; scores 72, in BF16 36.
        Assert.Equal(
            [
                "+96", "+96", "+96", // wide queries, keys, values
                "+96", // scaled queries
                "+9", "+9", "-9", "+4", "+4", "+36", "-4", "-4", "-9", // causal mask
                "+96", "+72", "cublas 8519680", "-96", // scaled keys, scores
                "+72", "+18", "+6", "+4", "-4", "-6", "-18", "-72", // softmax
                "+36", "+96", "cublas 8519680", "result", "-96", // probabilities and sum cast back
                "-72", "-96", "-36", "-96", "-96", "-96", "-36",
            ],
            Script(AttentionBackend.Math, new(1, 2, 3, 3, 4, false, true, DataType.BFloat16)));
    }

    [Fact]
    public void In_FP32_nothing_is_cast_and_the_probabilities_go_last() =>
        Assert.Equal(
            [
                "+72", "+72", "+72", "cublas 8519680", "-72",
                "+72", "+18", "+6", "+4", "-4", "-6", "-18", "-72",
                "result", "cublas 8519680", "-72", "-72",
            ],
            Script(AttentionBackend.Math, new(1, 2, 3, 3, 3, true, false, DataType.Float32)));

    /// <summary>Seen under libtorch 2.10.0 on a virtual gb10: FP32, 2 sequences of 24 tokens, 10 heads of 13 over one head of keys and values.</summary>
    [Fact]
    public void Values_that_heads_of_several_sequences_share_are_copied_to_be_multiplied()
    {
        const int hidden = 2 * 10 * 24 * 13 * 4, scores = 2 * 10 * 24 * 24 * 4;
        var shape = new AttentionShape(2, 10, 24, 24, 13, false, true, DataType.Float32);

        var (shared, folding) = (Script(AttentionBackend.Math, shape with { ValuesFold = false }), Script(AttentionBackend.Math, shape));

        Assert.Equal([$"+{hidden}", "result", "cublas 8519680", $"-{hidden}", $"-{hidden}", "-2304", $"-{scores}"], shared[^7..]);
        Assert.Equal(["result", "cublas 8519680", $"-{hidden}", "-2304", $"-{scores}"], folding[^5..]);
        Assert.Equal(folding.Length + 2, shared.Length);
    }

    [Theory]
    [InlineData(2, 4)]
    [InlineData(1, 3)]
    public void Only_the_values_of_several_sequences_do_not_fold(int batch, int blocks)
    {
        var recording = new Recording();
        var ops = new ShapeOps(new TagCursor(), recording, Scripts.Kernels("a10"));
        var (queries, one) = (ops.Zeros([batch, 4, 5, 3], DataType.Float32), ops.Zeros([batch, 1, 5, 3], DataType.Float32));
        var values = ops.RepeatHeads(one, 4);
        var before = recording.Events.Count;

        ops.FusedAttention(queries, values, values, null, causal: true).Dispose();

        // Scaled queries, scaled keys, the result, and the values' copy.
        Assert.Equal(blocks, recording.Events.Skip(before).Count(e => e.Size == batch * 4 * 5 * 3 * 4));
    }

    /// <summary>Seen under libtorch 2.10.0 on a virtual t4: gpt_neo in BF16, 2 sequences of 11 tokens with 4 heads of 16, whose windows of 6 keep fewer.</summary>
    [Fact]
    public void Token_major_keys_and_values_of_several_sequences_are_copied_to_be_multiplied()
    {
        long[] seen =
        [
            5_632, 5_632, 5_632, 5_632, 5_632, 5_632, 5_632, 4_096, -5_632, -5_632, -5_632, 4_096, 1_024, 512, 512, -512, -512, -1_024, -4_096, 2_048,
            5_632, 5_632, -5_632, 3_072, -5_632, -4_096, -5_632, -5_632, -5_632, -5_632, -2_048,
        ];
        var shape = new AttentionShape(2, 4, 11, 11, 16, true, false, DataType.BFloat16, ValuesFold: false, KeysByToken: true);

        var steps = Scripts.Kernels("t4").FusedAttention(shape).Steps.ToArray().Where(step => step.Kind != StepKind.Keep);

        // In blocks of the allocator; the result is 2,816 B.
        Assert.Equal(seen, steps.Select(step => (((step.Kind == StepKind.Result ? 2_816 : step.Size) + 511) / 512 * 512) * (step.Kind == StepKind.Free ? -1 : 1)));
    }

    [Theory]
    [InlineData(2, 3, true, true)]
    [InlineData(1, 3, true, false)]
    [InlineData(2, 1, true, false)]
    [InlineData(2, 3, false, false)]
    public void Queries_of_several_sequences_and_tokens_are_copied_to_be_folded(long batch, long tokens, bool byToken, bool copied)
    {
        var words = Script(AttentionBackend.Math, new(batch, 2, tokens, 7, 3, false, false, DataType.Float32, byToken));

        // Scaled, and once more.
        Assert.Equal(copied ? 2 : 1, words.Count(w => w == $"+{batch * 2 * tokens * 3 * 4}"));
    }

    private static string[] Script(AttentionBackend backend, AttentionShape shape)
    {
        var kernels = Scripts.Kernels(backend == AttentionBackend.Math ? "t4" : "a100-80");
        // FP32 with D 3 is memory-efficient's on a T4.
        if (kernels.Backend(shape) != backend)
            kernels = Scripts.Kernels("a10");
        Assert.Equal(backend, kernels.Backend(shape));
        return kernels.FusedAttention(shape).Words();
    }
}
