using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Shapes;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Shapes;

public class ShapeTensorTests
{
    private readonly Recording recording = new();
    private readonly ShapeOps ops;

    public ShapeTensorTests() => ops = new(new TagCursor(), recording);

    [Fact]
    public void A_tensor_takes_its_elements_bytes_and_gives_the_same_block_back()
    {
        ops.Zeros([3, 5], DataType.Float16).Dispose();

        Assert.Equal([30, -30], recording.Sizes);
        Assert.Single(recording.Events.Select(e => e.Block).Distinct());
    }

    [Fact]
    public void Two_tensors_have_two_blocks()
    {
        ops.Zeros([1], DataType.Int8);
        ops.Zeros([1], DataType.Int8);

        Assert.Equal(2, recording.Events.Select(e => e.Block).Distinct().Count());
    }

    [Fact]
    public void The_last_view_frees_the_storage()
    {
        var x = ops.Zeros([4, 8], DataType.Float32);
        var view = ops.Narrow(x, 0, 1, 2);
        var viewOfView = ops.Narrow(view, 1, 0, 3);

        x.Dispose();
        view.Dispose();
        Assert.Equal([128], recording.Sizes);

        viewOfView.Dispose();
        Assert.Equal([128, -128], recording.Sizes);
    }

    [Fact]
    public void A_view_that_goes_first_frees_nothing()
    {
        var x = ops.Zeros([4, 8], DataType.Float32);
        ops.Narrow(x, 0, 0, 1).Dispose();

        Assert.Equal([128], recording.Sizes);
        Assert.Equal([4, 8], x.Shape);
    }

    [Fact]
    public void A_tensor_is_disposed_once()
    {
        var x = ops.Zeros([4, 8], DataType.Float32);
        var view = ops.Narrow(x, 0, 0, 1);
        x.Dispose();

        Assert.Throws<ObjectDisposedException>(x.Dispose);
        Assert.Equal([128], recording.Sizes);
        view.Dispose();
    }

    [Fact]
    public void A_free_carries_the_tag_of_its_moment()
    {
        var x = ops.Zeros([1], DataType.Int8);
        ops.Tags.Enter(Core.Accounts.Phase.Decode, 7);
        x.Dispose();

        Assert.Equal((Operation.Zeros, 0), (recording.Events[0].Tag.Operation, recording.Events[0].Tag.Step));
        Assert.Equal((Operation.None, 7), (recording.Events[1].Tag.Operation, recording.Events[1].Tag.Step));
    }

    [Fact]
    public void Rows_are_contiguous_and_some_of_their_columns_are_not()
    {
        var x = ops.Zeros([4, 8], DataType.Float32);

        Assert.Equal([8, 1], x.Strides);
        Assert.True(x.IsContiguous);
        Assert.True(ops.Narrow(x, 0, 1, 2).IsContiguous);
        Assert.False(ops.Narrow(x, 1, 0, 7).IsContiguous);
        // One row has no gap to the next one.
        Assert.True(ops.Narrow(ops.Narrow(x, 1, 0, 7), 0, 0, 1).IsContiguous);
    }

    [Fact]
    public void A_size_beyond_64_bits_throws() =>
        Assert.Throws<OverflowException>(() => ops.Zeros([int.MaxValue, int.MaxValue, 3], DataType.Float32));
}
