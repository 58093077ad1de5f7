using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>A level predicted for a whole run.</summary>
/// <param name="Estimator">Whose prediction.</param>
/// <param name="Kind">What is predicted; for example, 'tensor peak'.</param>
/// <param name="Size">The level.</param>
internal sealed record PredictedLevel(string Estimator, string Kind, ByteSize Size)
{
    /// <summary>The guide's total, which includes the runtime, and the others' tensor peaks; on a virtual GPU, which has no total, the guide's too.</summary>
    public static IEnumerable<PredictedLevel> OfRun(RunRecord run)
    {
        foreach (var estimate in run.Estimates)
        {
            if (estimate.Estimator == GuideEstimator.Name && run.Device.Kind != DeviceKind.Virtual)
                yield return new(estimate.Estimator, "total", estimate.Total);
            else if (estimate.TensorPeak is { } peak)
                yield return new(estimate.Estimator, TensorPeak(run, estimate), peak);
        }
    }

    /// <summary>Predictions without weights: cache and activations for the guide, the tensor peak for the others.</summary>
    public static IEnumerable<PredictedLevel> WithoutWeights(RunRecord run)
    {
        foreach (var estimate in run.Estimates)
        {
            if (estimate.Estimator == GuideEstimator.Name)
            {
                if (estimate.Parts[Part.KvCache] is { } cache && estimate.Parts[Part.Activations] is { } activations)
                    yield return new(estimate.Estimator, "cache + activations", cache + activations);
            }
            else if (Quantity.WithoutWeights.Predicted(estimate) is { } peak)
            {
                yield return new(estimate.Estimator, TensorPeak(run, estimate), peak);
            }
        }
    }

    private static string TensorPeak(RunRecord run, MemoryEstimate estimate) =>
        Quantity.TensorPeak.CountsAlike(run.Measured, estimate) ? "tensor peak" : "tensor peak as requested";
}
