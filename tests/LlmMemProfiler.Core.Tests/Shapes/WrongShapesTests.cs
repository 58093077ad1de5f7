using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Shapes;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Shapes;

public class WrongShapesTests
{
    private readonly ShapeOps ops = new(new TagCursor(), new Recording());

    [Fact]
    public void Rows_and_a_weight_of_other_width_do_not_multiply() => Refused(() => ops.Linear(F16(2, 8), F16(4, 7), null));

    [Fact]
    public void Rows_and_a_weight_of_other_type_do_not_multiply() =>
        Refused(() => ops.Linear(F16(2, 8), ops.Zeros([4, 8], DataType.Int8), null));

    [Fact]
    public void A_bias_has_a_number_for_each_output() => Refused(() => ops.Linear(F16(2, 8), F16(4, 8), F16(8)));

    [Fact]
    public void Norm_weights_are_as_wide_as_the_rows()
    {
        Refused(() => ops.LayerNorm(F16(2, 8), F16(7), F16(8), 1e-5));
        Refused(() => ops.LayerNorm(F16(2, 8), F16(8), F16(7), 1e-5));
    }

    [Fact]
    public void Only_equal_shapes_are_added() => Refused(() => ops.Add(F16(2, 8), F16(8, 2)));

    [Fact]
    public void Ids_are_one_row() => Refused(() => ops.Embedding(F16(9, 8), F16(2, 2)));

    [Fact]
    public void Positions_are_as_many_as_each_sequences_rows()
    {
        ops.AddPositions(F16(6, 8), F16(3, 8));
        Refused(() => ops.AddPositions(F16(6, 8), F16(4, 8)));
        Refused(() => ops.AddPositions(F16(6, 8), F16(3, 7)));
    }

    [Fact]
    public void Scales_are_one_a_row_and_of_the_rows_type()
    {
        Refused(() => ops.MultiplyScales(F16(2, 8), F16(3, 1)));
        Refused(() => ops.MultiplyScales(F16(2, 8), ops.Zeros([2, 1], DataType.Float32)));
    }

    [Fact]
    public void Factors_are_as_many_as_elements_or_columns_or_one()
    {
        ops.Multiply(F16(2, 8), F16(1));
        Refused(() => ops.Multiply(F16(2, 8), F16(2)));
    }

    [Fact]
    public void Rows_that_are_normalized_have_scales_if_they_are_INT8_and_no_others()
    {
        ops.NormalizeRows(ops.Zeros([2, 8], DataType.Int8), F16(2, 1));
        Refused(() => ops.NormalizeRows(ops.Zeros([2, 8], DataType.Int8), null));
        Refused(() => ops.NormalizeRows(ops.Zeros([2, 8], DataType.Int8), F16(3, 1)));
        Refused(() => ops.NormalizeRows(F16(2, 8), F16(2, 1)));
    }

    [Fact]
    public void Narrow_numbers_are_of_a_narrow_type_and_have_a_scale_for_each_row()
    {
        ops.Dequantize(ops.Zeros([2, 3, 5, 8], DataType.Int8), F16(2, 3, 5, 1));
        Refused(() => ops.Dequantize(ops.Zeros([2, 3, 5, 8], DataType.Int8), F16(2, 3, 4, 1)));
        Refused(() => ops.Dequantize(ops.Zeros([2, 3, 5, 8], DataType.Int8), F16(2, 3, 5, 8)));
        Refused(() => ops.Dequantize(F16(2, 3, 5, 8), F16(2, 3, 5, 1)));
        Refused(() => ops.Quantize(F16(2, 3, 5, 8), DataType.Float16));
    }

    [Fact]
    public void Queries_keys_and_values_agree_in_batch_heads_and_width()
    {
        ops.FusedAttention(F16(2, 3, 1, 8), F16(2, 3, 5, 8), F16(2, 3, 5, 8), null, causal: false);
        Refused(() => ops.FusedAttention(F16(2, 3, 1, 8), F16(1, 3, 5, 8), F16(2, 3, 5, 8), null, causal: false));
        Refused(() => ops.FusedAttention(F16(2, 3, 1, 8), F16(2, 3, 5, 8), F16(2, 1, 5, 8), null, causal: false));
        Refused(() => ops.FusedAttention(F16(2, 3, 1, 8), F16(2, 3, 5, 8), F16(2, 3, 6, 8), null, causal: false));
        Refused(() => ops.Scores(F16(2, 3, 1, 8), F16(2, 3, 5, 4)));
    }

    [Fact]
    public void A_kernel_that_knows_causal_by_itself_wants_as_many_queries_as_keys_and_no_mask()
    {
        ops.FusedAttention(F16(1, 3, 5, 8), F16(1, 3, 5, 8), F16(1, 3, 5, 8), null, causal: true);
        Refused(() => ops.FusedAttention(F16(1, 3, 4, 8), F16(1, 3, 5, 8), F16(1, 3, 5, 8), null, causal: true));
        Refused(() => ops.FusedAttention(F16(1, 3, 5, 8), F16(1, 3, 5, 8), F16(1, 3, 5, 8), F16(5, 5), causal: true));
    }

    [Fact]
    public void A_mask_has_a_number_for_each_query_and_key()
    {
        ops.AddMask(F16(1, 3, 4, 5), F16(4, 5));
        Refused(() => ops.AddMask(F16(1, 3, 4, 5), F16(5, 4)));
        Refused(() => ops.FusedAttention(F16(1, 3, 4, 8), F16(1, 3, 5, 8), F16(1, 3, 5, 8), F16(5, 4), causal: false));
    }

    [Fact]
    public void Probabilities_weigh_as_many_values_as_there_are() =>
        Refused(() => ops.WeightedSum(F16(1, 3, 4, 5), F16(1, 3, 4, 8)));

    [Fact]
    public void Heads_are_split_from_contiguous_rows_that_hold_them()
    {
        Refused(() => ops.SplitHeads(F16(2, 24), 1, new(8, 4, 5)));
        Refused(() => ops.SplitHeads(ops.Narrow(F16(2, 24), 1, 0, 12), 1, new(0, 2, 4)));
    }

    [Fact]
    public void Heads_of_one_token_are_folded_in_whole_groups()
    {
        Refused(() => ops.FoldHeads(F16(2, 6, 2, 8), 3));
        Refused(() => ops.FoldHeads(F16(2, 6, 1, 8), 4));
    }

    [Fact]
    public void A_view_stays_within_its_dimension()
    {
        Refused(() => ops.Narrow(F16(4, 8), 0, 2, 3));
        Refused(() => ops.Narrow(F16(4, 8), 1, -1, 3));
        Refused(() => ops.Narrow(F16(4, 8), 1, 3, -1));
    }

    [Fact]
    public void What_is_written_has_the_shape_of_its_place()
    {
        Refused(() => ops.WriteCache(F16(1, 2, 3, 4), F16(1, 2, 4, 3)));
        Refused(() => ops.WriteTokens(F16(1, 2), F16(3)));
    }

    [Fact]
    public void The_error_shows_the_shapes_wanted_and_seen()
    {
        var message = Assert.Throws<ArgumentException>(() => ops.Linear(F16(2, 8), F16(4, 7), null)).Message;

        Assert.Equal("expected rows [n, in] and a weight [out, in] of one type, got [2, 8] fp16 and [4, 7] fp16", message);
    }

    private ShapeTensor F16(params long[] shape) => ops.Zeros(shape, DataType.Float16);

    private static void Refused(Action use) => Assert.Throws<ArgumentException>(use);
}
