using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Shapes;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Shapes;

public class AttentionShapesTests
{
    private readonly Recording recording = new();
    private readonly ShapeOps ops;

    public AttentionShapesTests() => ops = new(new TagCursor(), recording);

    [Fact]
    public void Split_heads_are_columns_of_their_rows()
    {
        var heads = ops.SplitHeads(F16(8, 72), 2, new(24, 3, 8));

        // From one sequence, head, token and number to the next one.
        Assert.Equal([2, 3, 4, 8], heads.Shape);
        Assert.Equal([4 * 72, 8, 72, 1], heads.Strides);
    }

    [Fact]
    public void Fused_attention_makes_its_result_and_leaves_the_rest_to_the_devices_kernels()
    {
        var (q, k) = (ops.SplitHeads(F16(8, 24), 2, new(0, 3, 8)), F16(2, 3, 5, 8));

        var result = Emits([2 * 2 * 3 * 4 * 8], () => ops.FusedAttention(q, k, k, null, false));

        Assert.Equal([2, 3, 4, 8], result.Shape);
        // It lies token by token, as the queries do, so merging heads is a view.
        Emits([], () => ops.MergeHeads(result));
    }

    [Fact]
    public void Plain_attention_lies_head_by_head_and_is_copied_to_be_merged()
    {
        var (p, v) = (F16(2, 3, 4, 5), F16(2, 3, 5, 8));

        var result = Emits([384], () => ops.WeightedSum(p, v));

        Assert.Equal([8, 24], Emits([384], () => ops.MergeHeads(result)).Shape);
    }

    [Fact]
    public void Plain_attention_of_one_token_is_merged_by_a_view()
    {
        var one = F16(2, 3, 1, 8);

        Assert.Equal([2, 24], Emits([], () => ops.MergeHeads(one)).Shape);
    }

    [Fact]
    public void Folded_heads_are_a_view_in_which_a_groups_queries_follow_each_other()
    {
        // Two sequences of one token, six heads in columns of 72.
        var heads = ops.SplitHeads(F16(2, 72), 2, new(24, 6, 8));

        var folded = Emits([], () => ops.FoldHeads(heads, 3));

        Assert.Equal([2, 2, 3, 8], folded.Shape);
        Assert.Equal([72, 24, 8, 1], folded.Strides);
    }

    /// <summary>A fused kernel's result lies as its queries do; the memory-efficient one's query by query, and so not head by head.</summary>
    [Fact]
    public void What_folded_heads_attended_to_is_merged_by_a_view_or_a_copy()
    {
        var (q, k) = (ops.FoldHeads(ops.SplitHeads(F16(2, 48), 2, new(0, 6, 8)), 3), F16(2, 2, 5, 8));
        var fused = ops.FusedAttention(q, k, k, null, false);
        var byQuery = ops.SplitHeads(F16(6, 16), 2, new(0, 2, 8));

        Assert.Equal([2, 48], Emits([], () => ops.MergeFolded(fused)).Shape);
        Assert.Equal([2, 48], Emits([192], () => ops.MergeFolded(byQuery)).Shape);
    }

    [Fact]
    public void Scores_copy_operands_whose_batch_and_heads_do_not_fold()
    {
        // Queries as columns of rows: [B·T, 3·d], two sequences of four tokens.
        var rows = F16(8, 72);
        var queries = ops.SplitHeads(rows, 2, new(0, 3, 8));
        var cached = ops.Narrow(F16(2, 3, 6, 8), 2, 0, 4);
        var folded = F16(2, 3, 4, 8);

        Emits([384, 192, -384], () => ops.Scores(queries, folded));
        Emits([192], () => ops.Scores(folded, folded));
        Emits([192], () => ops.Scores(folded, cached));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    public void One_sequence_or_one_head_folds_without_a_copy(long batch, long heads)
    {
        var queries = ops.SplitHeads(F16(batch * 4, 3 * heads * 8), batch, new(0, heads, 8));

        Emits([2 * batch * heads * 4 * 4], () => ops.Scores(queries, queries));
    }

    private ShapeTensor F16(params long[] shape) => ops.Zeros(shape, DataType.Float16);

    private ShapeTensor Emits(long[] sizes, Func<ShapeTensor> operation)
    {
        recording.Events.Clear();
        var result = operation();
        Assert.Equal(sizes, recording.Sizes);
        return result;
    }
}
