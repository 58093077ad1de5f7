using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>A level that was predicted for a whole run.</summary>
/// <param name="Estimator">Whose prediction.</param>
/// <param name="Kind">What is predicted, for example 'tensor peak'.</param>
/// <param name="Size">The level.</param>
internal sealed record PredictedLevel(string Estimator, string Kind, ByteSize Size)
{
    /// <summary>The guide's total, which counts the runtime too, and the others' tensor peaks.</summary>
    public static IEnumerable<PredictedLevel> OfRun(RunRecord run)
    {
        foreach (var estimate in run.Estimates)
        {
            if (estimate.Estimator == GuideEstimator.Name)
                yield return new(estimate.Estimator, "total", estimate.Total);
            else if (estimate.TensorPeak is { } peak)
                yield return new(estimate.Estimator, "tensor peak", peak);
        }
    }

    /// <summary>What was predicted beside the weights: for the guide cache and activations, for the others the tensor peak.</summary>
    public static IEnumerable<PredictedLevel> WithoutWeights(RunRecord run)
    {
        foreach (var estimate in run.Estimates)
        {
            if (estimate.Estimator == GuideEstimator.Name)
            {
                if (estimate.Parts[Part.KvCache] is { } cache && estimate.Parts[Part.Activations] is { } activations)
                    yield return new(estimate.Estimator, "cache + activations", cache + activations);
            }
            else if (estimate.TensorPeak is { } peak && estimate.Parts[Part.Weights] is { } weights)
            {
                yield return new(estimate.Estimator, "tensor peak", peak - weights);
            }
        }
    }
}
