using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Shapes;
using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Shapes.Kernels;

/// <summary>How a kernel's script becomes events.</summary>
public class KernelScriptTests
{
    [Fact]
    public void A_workspace_is_taken_at_the_first_use_kept_and_booked_as_workspace()
    {
        var recording = new Recording();
        var ops = new ShapeOps(new TagCursor(), recording, new Library(new KernelScript().Keep("gemm", 1 << 20).Result()));
        var (x, w) = (ops.Zeros([2, 8], DataType.Float32), ops.Zeros([4, 8], DataType.Float32));
        recording.Events.Clear();

        ops.Linear(x, w, null).Dispose();
        ops.Linear(x, w, null).Dispose();

        Assert.Equal([1 << 20, 32, -32, 32, -32], recording.Sizes);
        Assert.Equal((Part.Workspace, Operation.KeepWorkspace), (recording.Events[0].Tag.Part, recording.Events[0].Tag.Operation));
        Assert.Equal(Part.Activations, recording.Events[1].Tag.Part);
    }

    [Fact]
    public void Blocks_are_freed_by_number_and_a_padded_result_frees_what_it_took()
    {
        var script = new KernelScript();
        var first = script.Allocate(100);
        script.Allocate(100);
        script.Result(64).Free(first).Free(first + 1);
        var recording = new Recording();
        var ops = new ShapeOps(new TagCursor(), recording, new Library(script));
        var (x, w) = (ops.Zeros([2, 8], DataType.Float32), ops.Zeros([4, 8], DataType.Float32));
        recording.Events.Clear();

        ops.Linear(x, w, null).Dispose();

        Assert.Equal([100, 100, 64, -100, -100, -64], recording.Sizes);
        Assert.Equal([3, 4, 5, 3, 4, 5], recording.Events.Select(e => (int)e.Block));
    }

    [Fact]
    public void A_kernel_without_a_result_where_one_is_needed_is_a_fault()
    {
        var ops = new ShapeOps(new TagCursor(), new Recording(), new Library(KernelScript.Nothing));
        var (x, w) = (ops.Zeros([2, 8], DataType.Float32), ops.Zeros([4, 8], DataType.Float32));

        Assert.Contains("Linear", Assert.Throws<InvalidOperationException>(() => ops.Linear(x, w, null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_watched_kernel_becomes_a_script_also_where_its_result_lies_where_scratch_lay()
    {
        var script = KernelScript.Observed([Event(16, 40), Event(32, 8), Event(16, -40), Event(16, 24), Event(32, -8)]);

        Assert.Equal([40, 8, -1, 0, -2], script.ToNumbers());
        Assert.Equal(script.Steps.ToArray(), KernelScript.OfNumbers(script.ToNumbers()).Steps.ToArray());
    }

    [Fact]
    public void A_kernel_that_leaves_no_result_or_two_is_refused()
    {
        Assert.Throws<TraceException>(() => KernelScript.Observed([Event(16, 40), Event(16, -40)]));
        Assert.Throws<TraceException>(() => KernelScript.Observed([Event(16, 40), Event(32, 40)]));
        Assert.Throws<TraceException>(() => KernelScript.Observed([Event(16, -40)]));
    }

    private static AllocationEvent Event(ulong block, long size) => new(block, size, default);

    private sealed class Library(KernelScript linear) : KernelModel
    {
        public override string Name => "test";

        public override IReadOnlyList<string> Unknown => [];

        public override KernelScript Linear(in LinearShape shape) => linear;

        public override KernelScript FusedAttention(in AttentionShape shape) => KernelScript.ResultOnly;
    }
}
