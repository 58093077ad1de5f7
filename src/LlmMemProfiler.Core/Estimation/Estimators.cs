using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;

namespace LlmMemProfiler.Core.Estimation;

public static class Estimators
{
    /// <summary>From coarsest to finest.</summary>
    public static IReadOnlyList<string> Names { get; } = [GuideEstimator.Name, AnalyticEstimator.Name, SimulatedEstimator.Name];

    /// <summary>All three, from coarsest to finest.</summary>
    /// <param name="model">The model.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="target">The device to simulate; null if unknown.</param>
    /// <param name="watch">Follows the simulation; null for none.</param>
    /// <param name="requests">Keeps the simulation's requests, for a verdict; null for none.</param>
    /// <exception cref="InputException">The model or the workload is too large for 64 bits.</exception>
    public static IReadOnlyList<MemoryEstimate> All(
        ModelSpec model, Workload workload, Target? target = null, SimulationWatch? watch = null, SimulatedRequests? requests = null)
    {
        return Counted(model, workload, () => Unexecuted.In(model) is { } what
            ? (IReadOnlyList<MemoryEstimate>)[GuideEstimator.Estimate(model, workload), LastingEstimator.Estimate(model, workload, what)]
            :
            [
                GuideEstimator.Estimate(model, workload),
                AnalyticEstimator.Estimate(model, workload, target),
                SimulatedEstimator.Estimate(model, workload, target, watch, requests),
            ]);
    }

    /// <exception cref="InputException">The model or the workload is too large for 64 bits.</exception>
    internal static T Counted<T>(ModelSpec model, Workload workload, Func<T> count)
    {
        try
        {
            return count();
        }
        catch (OverflowException e)
        {
            throw new InputException(
                $"{model.Name} with batch {workload.Batch} and {workload.Prompt} + {workload.NewTokens} tokens exceeds 64-bit byte counts; " +
                "use a smaller model or workload", e);
        }
    }
}
