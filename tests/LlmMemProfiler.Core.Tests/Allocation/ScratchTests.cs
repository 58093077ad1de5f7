using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;

namespace LlmMemProfiler.Core.Tests.Allocation;

/// <summary>What a kernel takes for itself, told from what outlives it; stories short enough to be reckoned by hand.</summary>
public class ScratchTests
{
    [Fact]
    public void What_an_operation_frees_again_is_its_scratch()
    {
        var ledger = new Story()
            .Take(1, 100, Part.Weights)
            .Within(Operation.LayerNorm, s => s.Take(2, 10).Take(3, 7).Free(3, 7))
            .End();

        Assert.Equal(117, ledger.AllocatedPeak.Size.Bytes);
        Assert.Equal(7, ledger.AllocatedPeak.Account[Part.Workspace]!.Value.Bytes);
        Assert.Equal(110, ledger.TensorPeak.Size.Bytes);
        Assert.Equal(0, ledger.TensorPeak.Account[Part.Workspace]!.Value.Bytes);
        Assert.Equal((110, 4), (ledger.Allocated.Bytes, ledger.Events));
    }

    [Fact]
    public void What_is_freed_after_its_operation_was_a_tensor()
    {
        var ledger = new Story().Within(Operation.Linear, s => s.Take(1, 10)).Free(1, 10).End();

        Assert.Equal((10, 10), (ledger.TensorPeak.Size.Bytes, ledger.AllocatedPeak.Size.Bytes));
        Assert.Equal(0, ledger.Allocated.Bytes);
    }

    [Fact]
    public void What_a_library_keeps_for_itself_is_no_tensor()
    {
        var ledger = new AllocationLedger();
        var tag = Tag.Of(Phase.Prefill, 0, 0, Part.Activations, Operation.Linear, 1);
        ledger.Add(new(1, 10, tag));
        ledger.Add(new(2, 99, tag.KeptByLibrary));
        ledger.Flush();

        Assert.Equal((10, 109), (ledger.TensorPeak.Size.Bytes, ledger.AllocatedPeak.Size.Bytes));
        Assert.Equal(99, ledger.Account[Part.Workspace]!.Value.Bytes);
        Assert.Equal((tag.Phase, tag.Step, tag.Layer, tag.Sequence), (tag.KeptByLibrary.Phase, tag.KeptByLibrary.Step, tag.KeptByLibrary.Layer, tag.KeptByLibrary.Sequence));
    }

    [Fact]
    public void What_another_operation_frees_was_a_tensor()
    {
        var ledger = new Story().Within(Operation.Linear, s => s.Take(1, 10)).Within(Operation.Linear, s => s.Free(1, 10)).End();

        Assert.Equal(10, ledger.TensorPeak.Size.Bytes);
    }

    [Fact]
    public void What_is_taken_and_freed_outside_operations_is_no_scratch()
    {
        var ledger = new Story().Take(1, 10).Free(1, 10).End();

        Assert.Equal(10, ledger.TensorPeak.Size.Bytes);
    }

    [Fact]
    public void The_address_of_freed_scratch_may_become_the_results()
    {
        var ledger = new Story()
            .Within(Operation.Scores, s => s.Take(1, 30).Free(1, 30).Take(1, 20, Part.Logits))
            .End();

        Assert.Equal((30, 20), (ledger.AllocatedPeak.Size.Bytes, ledger.TensorPeak.Size.Bytes));
        Assert.Equal(20, ledger.TensorPeak.Account[Part.Logits]!.Value.Bytes);
        Assert.Equal(20, ledger.Allocated.Bytes);
    }

    [Fact]
    public void The_address_of_an_earlier_tensor_may_become_scratch()
    {
        var ledger = new Story()
            .Take(1, 30)
            .Within(Operation.Scores, s => s.Free(1, 30).Take(1, 50).Free(1, 50).Take(2, 5))
            .End();

        Assert.Equal((50, 30), (ledger.AllocatedPeak.Size.Bytes, ledger.TensorPeak.Size.Bytes));
    }

    [Fact]
    public void The_tensor_trace_leaves_out_scratch()
    {
        var trace = new Recording();
        new Story(trace).Take(1, 100).Within(Operation.Linear, s => s.Take(2, 10).Take(3, 7).Free(3, 7)).Free(2, 10).End();

        Assert.Equal([100, 10, -10], trace.Sizes);
    }
}
