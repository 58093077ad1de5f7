using LlmMemProfiler.Core.Models;

namespace LlmMemProfiler.Core.Estimation;

public static class Estimators
{
    /// <summary>From the crudest to the finest.</summary>
    public static IReadOnlyList<string> Names { get; } = [GuideEstimator.Name, AnalyticEstimator.Name, SimulatedEstimator.Name];

    /// <summary>All three, from the crudest to the finest.</summary>
    /// <param name="model">The model.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="target">The device that the simulation is for; null where none is known.</param>
    /// <exception cref="InputException">The model or the workload is too large for 64 bits.</exception>
    public static IReadOnlyList<MemoryEstimate> All(ModelSpec model, Workload workload, Target? target = null)
    {
        try
        {
            return
            [
                GuideEstimator.Estimate(model, workload),
                AnalyticEstimator.Estimate(model, workload),
                SimulatedEstimator.Estimate(model, workload, target),
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
