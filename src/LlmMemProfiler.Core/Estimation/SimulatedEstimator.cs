using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Shapes;
using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>Runs the whole decode symbolically and takes the peak of what it allocates.</summary>
public static class SimulatedEstimator
{
    public const string Name = "simulated";

    /// <param name="model">The model.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="kernels">Kernels' own buffers; null where the device is not known.</param>
    /// <exception cref="OverflowException">A size does not fit 64 bits.</exception>
    public static MemoryEstimate Estimate(ModelSpec model, Workload workload, KernelModel? kernels = null)
    {
        var ledger = new AllocationLedger();
        Run(model, workload, ledger, kernels);
        ledger.Flush();
        // In half precision oneDNN takes more than shapes tell.
        var isScratchKnown = kernels is not null && workload.ComputeType == DataType.Float32;
        var peak = ledger.TensorPeak;
        return new()
        {
            Estimator = Name,
            Parts = peak.Account,
            TensorPeak = peak.Size,
            AllocatedPeak = isScratchKnown ? ledger.AllocatedPeak.Size : null,
            Low = peak.Size,
            Phases = [.. ledger.Steps
                .GroupBy(s => s.Phase)
                .Select(phase => new PhaseEstimate(phase.Key, phase.Max(s => s.TensorPeak.Size)))],
            PeakAt = peak.Tag.ToString(),
            Unknown = isScratchKnown ? OpenQuestions.WithKnownKernels : OpenQuestions.WithoutProfile,
        };
    }

    /// <summary>Sends the allocations of a whole decode, from loading to the last token, to a sink.</summary>
    /// <param name="model">The model.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="sink">Takes the events.</param>
    /// <param name="kernels">Kernels' own buffers; null where the device is not known.</param>
    public static void Run(ModelSpec model, Workload workload, IAllocationSink sink, KernelModel? kernels = null)
    {
        // No Dispose at the end: a decode's story ends with its model still loaded.
        var decoder = Decoder.Load(new ShapeOps(new TagCursor(), sink, kernels), model, workload, (_, _) => { });
        decoder.Prefill();
        for (var step = 1; step <= decoder.Steps; step++)
            decoder.Step(step);
    }
}
