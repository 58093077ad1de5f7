using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Shapes;
using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>Symbolic version of a measured run: warm-up, load, prefill, decode.</summary>
public static class SymbolicRun
{
    /// <summary>Sends the allocations of a decode, from loading to the last token, to a sink.</summary>
    /// <param name="model">The model.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="sink">Receives the events.</param>
    /// <param name="kernels">The device's kernels; null if unknown.</param>
    /// <param name="watch">Follows the run; null for none.</param>
    /// <param name="loads">How many rows each expert gets; null for all as many.</param>
    public static void Decode(ModelSpec model, Workload workload, IAllocationSink sink, KernelModel? kernels = null, SimulationWatch? watch = null, ExpertLoads? loads = null) =>
        Decode(new ShapeOps(new TagCursor(), sink, kernels, loads), model, workload, watch);

    /// <summary>Runs a process's requests through the caching allocator: the warm-up, then the decode.</summary>
    /// <param name="allocator">Receives all requests; those of the warm-up as <see cref="Phase.Init"/>.</param>
    /// <param name="model">The model.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="kernels">The device's kernels.</param>
    /// <param name="onWarm">Called after the warm-up.</param>
    /// <param name="watch">Follows the decode; null for none.</param>
    /// <param name="loads">How many rows each expert gets in the decode; null for all as many.</param>
    public static void Through(
        IAllocationSink allocator, ModelSpec model, Workload workload, KernelModel kernels, Action onWarm, SimulationWatch? watch = null,
        ExpertLoads? loads = null)
    {
        var ops = new ShapeOps(new TagCursor(), new WarmUpBlocks(allocator), kernels);
        var (small, few) = WarmUp.Of(model, workload);
        Decode(ops, small, few, watch: null).Dispose();
        onWarm();
        Decode(ops.After(new TagCursor(), allocator, loads), model, workload, watch);
    }

    /// <summary>The workspaces that libraries keep after a process's warm-up, as requested.</summary>
    internal static ByteSize Kept(ModelSpec model, Workload workload, KernelModel kernels)
    {
        var blocks = new WarmUpBlocks();
        var (small, few) = WarmUp.Of(model, workload);
        Decode(new ShapeOps(new TagCursor(), blocks, kernels), small, few, watch: null).Dispose();
        return blocks.Kept;
    }

    /// <summary>The passes that a watch sees: those over the prompt, and one for each new token after the first.</summary>
    public static long Passes(Workload workload) => workload.PrefillPasses + workload.NewTokens - 1L;

    /// <returns>The decoder, still loaded: the run ends with its model in memory.</returns>
    private static Decoder<ShapeTensor> Decode(ShapeOps ops, ModelSpec model, Workload workload, SimulationWatch? watch)
    {
        // Whoever does not ask has no run without an end either.
        watch ??= new();
        var decoder = Decoder.Load(ops, model, workload, (_, _) => { });
        var (passes, before) = (Passes(workload), ops.Events);
        for (var pass = 0; pass < workload.PrefillPasses; pass++)
        {
            decoder.Prefill(pass);
            watch.Pass(pass + 1, passes, ops.Events - before);
        }
        for (var step = 1; step <= decoder.Steps; step++)
        {
            decoder.Step(step);
            watch.Pass(workload.PrefillPasses + (long)step, passes, ops.Events - before);
        }
        return decoder;
    }
}
