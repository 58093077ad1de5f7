using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Shapes;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>Runs the whole decode symbolically and takes the peak of what it allocates.</summary>
public static class SimulatedEstimator
{
    public const string Name = "simulated";

    /// <exception cref="OverflowException">A size does not fit 64 bits.</exception>
    public static MemoryEstimate Estimate(ModelSpec model, Workload workload)
    {
        var ledger = new AllocationLedger();
        Run(model, workload, ledger);
        ledger.Flush();
        var peak = ledger.TensorPeak;
        return new()
        {
            Estimator = Name,
            Parts = peak.Account,
            TensorPeak = peak.Size,
            Low = peak.Size,
            Phases = [.. ledger.Steps
                .GroupBy(s => s.Phase)
                .Select(phase => new PhaseEstimate(phase.Key, phase.Max(s => s.TensorPeak.Size)))],
            PeakAt = peak.Tag.ToString(),
            Unknown = OpenQuestions.WithoutProfile,
        };
    }

    /// <summary>Sends the allocations of a whole decode, from loading to the last token, to a sink.</summary>
    public static void Run(ModelSpec model, Workload workload, IAllocationSink sink)
    {
        // No Dispose at the end: a decode's story ends with its model still loaded.
        var decoder = Decoder.Load(new ShapeOps(new TagCursor(), sink), model, workload, (_, _) => { });
        decoder.Prefill();
        for (var step = 1; step <= decoder.Steps; step++)
            decoder.Step(step);
    }
}
