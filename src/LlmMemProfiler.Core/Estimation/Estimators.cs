using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Shapes.Kernels;

namespace LlmMemProfiler.Core.Estimation;

public static class Estimators
{
    /// <summary>All three, from the crudest to the finest.</summary>
    /// <param name="model">The model.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="kernels">The CPU's kernels where a run on a CPU is meant; null where the device is not known.</param>
    /// <exception cref="InputException">The model or the workload is too large for 64 bits.</exception>
    public static IReadOnlyList<MemoryEstimate> All(ModelSpec model, Workload workload, KernelModel? kernels = null)
    {
        try
        {
            return
            [
                GuideEstimator.Estimate(model, workload),
                AnalyticEstimator.Estimate(model, workload),
                SimulatedEstimator.Estimate(model, workload, kernels),
            ];
        }
        catch (OverflowException e)
        {
            throw new InputException(
                $"{model.Name} with batch {workload.Batch} and {workload.Prompt} + {workload.NewTokens} tokens needs more bytes than 64 bits can count; " +
                "a smaller model or workload is needed", e);
        }
    }
}
