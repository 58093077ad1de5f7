using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.KvCaches;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>
/// What lasts, of a model whose layers are not all executed here: weights, cache and states at the end of the sequence, token ids. What a pass
/// takes besides is not known, so the total is a lower bound.
/// </summary>
internal static class LastingEstimator
{
    /// <param name="model">The model.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="unexecuted">What of the model is not executed.</param>
    /// <exception cref="OverflowException">A size does not fit 64 bits.</exception>
    public static MemoryEstimate Estimate(ModelSpec model, Workload workload, string unexecuted)
    {
        var table = TensorTable.For(model, workload with { Cache = CachePolicy.Concat });
        var states = model.StateSize(workload.ComputeType) * workload.Batch;
        var account = new MemoryAccount(
            (Part.Weights, model.Quantization is null ? table.Size(Part.Weights) : model.FileSize(workload.ComputeType)), (Part.KvCache, CachedBytes.Least(model, workload).Total + states), (Part.Inputs, table.Size(Part.Inputs)));
        return new()
        {
            Estimator = AnalyticEstimator.Name,
            Parts = account,
            TensorParts = account,
            TensorPeak = account.Total,
            Low = account.Total,
            Unknown = [$"activations, logits and workspace: the model has {unexecuted}, and the simulation does not yet; the total is a lower bound", Unknowns.Overhead],
        };
    }
}
