using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Shapes;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Shapes;

/// <summary>What each operation takes, and what of it is given back inside: the scratch.</summary>
public class ShapeOpsTests
{
    private readonly Recording recording = new();
    private readonly ShapeOps ops;

    public ShapeOpsTests() => ops = new(new TagCursor(), recording);

    [Fact]
    public void Layer_norm_takes_a_mean_and_a_deviation_a_row_for_itself()
    {
        var (x, weight, bias) = (F16(3, 8), F16(8), F16(8));

        Emits([48, 6, 6, -6, -6], () => ops.LayerNorm(x, weight, bias, 1e-5));
    }

    [Fact]
    public void Layer_norm_of_rows_with_gaps_takes_a_copy_too()
    {
        var (x, weight, bias) = (ops.LastRows(F16(6, 8), 2), F16(8), F16(8));

        Emits([32, 32, 4, 4, -32, -4, -4], () => ops.LayerNorm(x, weight, bias, 1e-5));
    }

    [Fact]
    public void A_new_tensor_has_the_results_shape_and_type()
    {
        var x = F16(6, 8);

        Assert.Equal([6, 5], Emits([60], () => ops.Linear(x, F16(5, 8), F16(5)), before: 2)!.Shape);
        Emits([96], () => ops.Activate(x, Activation.GeluTanh));
        Emits([96], x, ops.Softmax);
        Emits([96], () => ops.Add(x, x));
        Emits([192], () => ops.Cast(x, DataType.Float32));
        Emits([48], x, ops.ArgMax);
        Emits([24], () => ops.CausalMask(3, 4, null, DataType.Float16));
        Emits([64], () => ops.Embedding(F16(100, 8), ops.Zeros([4], DataType.Int64)), before: 2);
    }

    [Fact]
    public void Repeated_heads_are_a_copy()
    {
        var x = F16(2, 3, 4, 8);

        Assert.Equal([2, 6, 4, 8], Emits([768], () => ops.RepeatHeads(x, 2))!.Shape);
    }

    [Fact]
    public void A_single_head_is_repeated_without_a_copy()
    {
        var repeated = Emits([], () => ops.RepeatHeads(F16(2, 1, 4, 8), 3), before: 1)!;

        Assert.Equal([2, 3, 4, 8], repeated.Shape);
        Assert.Equal([32, 0, 8, 1], repeated.Strides);
    }

    [Fact]
    public void Work_in_place_takes_nothing()
    {
        var (x, scores, place) = (F16(6, 8), F16(1, 2, 3, 4), F16(1, 2, 3, 4));

        Emits([], () => { ops.AddPositions(x, ops.Narrow(x, 0, 0, 3)); return null; });
        Emits([], () => { ops.MultiplyScales(x, ops.Narrow(x, 1, 0, 1)); return null; });
        Emits([], () => { ops.Scale(scores, 2); return null; });
        Emits([], () => { ops.WriteCache(place, scores); return null; });
        Emits([], () => { ops.WriteTokens(place, scores); return null; });
    }

    [Fact]
    public void Flatten_is_a_view_unless_there_are_gaps()
    {
        Assert.Equal([48], Emits([], F16(6, 8), ops.Flatten).Shape);
        Assert.Equal([42], Emits([84], ops.Narrow(F16(6, 8), 1, 0, 7), ops.Flatten).Shape);
    }

    [Fact]
    public void Last_rows_are_one_row_a_sequence_with_the_others_between()
    {
        var rows = ops.LastRows(F16(6, 8), 2);

        Assert.Equal([2, 8], rows.Shape);
        Assert.Equal([24, 1], rows.Strides);
    }

    [Fact]
    public void Scratch_begins_and_ends_within_one_stretch_of_the_tags()
    {
        var (x, weight) = (F16(3, 8), F16(8));
        recording.Events.Clear();
        ops.LayerNorm(x, weight, weight, 1e-5);

        Assert.All(recording.Events, e => Assert.Equal(Operation.LayerNorm, e.Tag.Operation));
        Assert.Single(recording.Events.Select(e => e.Tag.Sequence).Distinct());
    }

    private ShapeTensor F16(params long[] shape) => ops.Zeros(shape, DataType.Float16);

    private ShapeTensor Emits(long[] sizes, ShapeTensor x, Func<ShapeTensor, ShapeTensor> operation) =>
        Emits(sizes, () => operation(x))!;

    /// <param name="before">Operands that the operation makes for itself first.</param>
    private ShapeTensor? Emits(long[] sizes, Func<ShapeTensor?> operation, int before = 0)
    {
        recording.Events.Clear();
        var result = operation();
        Assert.Equal(sizes, recording.Sizes.Skip(before));
        return result;
    }
}
