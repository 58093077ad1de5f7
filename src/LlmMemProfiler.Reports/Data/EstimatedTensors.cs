using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;

namespace LlmMemProfiler.Reports.Data;

/// <summary>What an estimate says of tensors alone.</summary>
internal static class EstimatedTensors
{
    /// <summary>The predicted tensor peak less the weights, in bytes; null where one of both is not known.</summary>
    public static long? BesideWeights(this MemoryEstimate estimate) =>
        estimate.TensorPeak is { } peak && estimate.Parts[Part.Weights] is { } weights ? (peak - weights).Bytes : null;
}
