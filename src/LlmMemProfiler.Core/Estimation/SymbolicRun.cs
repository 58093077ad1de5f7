using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Shapes;
using LlmMemProfiler.Core.Shapes.Kernels;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>A whole measured run, symbolically: warm-up, loading, prefill, decode.</summary>
public static class SymbolicRun
{
    /// <summary>Sends the allocations of a whole decode, from loading to the last token, to a sink.</summary>
    /// <param name="model">The model.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="sink">Takes the events.</param>
    /// <param name="kernels">The device's kernels; null where the device is not known.</param>
    public static void Decode(ModelSpec model, Workload workload, IAllocationSink sink, KernelModel? kernels = null) =>
        Decode(new ShapeOps(new TagCursor(), sink, kernels), model, workload);

    /// <summary>Sends the requests of a whole process through the caching allocator: its warm-up, then the decode.</summary>
    /// <param name="allocator">Takes the warm-up's requests.</param>
    /// <param name="model">The model.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="kernels">The device's kernels.</param>
    /// <param name="decodeSink">Gets what the warm-up left behind when it is over, and gives what takes the decode's requests.</param>
    public static void Through(
        IAllocationSink allocator, ModelSpec model, Workload workload, KernelModel kernels, Func<WarmUpBlocks, IAllocationSink> decodeSink)
    {
        var kept = new WarmUpBlocks(allocator);
        var ops = new ShapeOps(new TagCursor(), kept, kernels);
        var (small, few) = WarmUp.Of(model, workload);
        Decode(ops, small, few).Dispose();
        Decode(ops.After(new TagCursor(), decodeSink(kept)), model, workload);
    }

    /// <returns>The decoder, still loaded: a decode's story ends with its model in memory.</returns>
    private static Decoder<ShapeTensor> Decode(ShapeOps ops, ModelSpec model, Workload workload)
    {
        var decoder = Decoder.Load(ops, model, workload, (_, _) => { });
        decoder.Prefill();
        for (var step = 1; step <= decoder.Steps; step++)
            decoder.Step(step);
        return decoder;
    }
}
