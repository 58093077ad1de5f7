using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>
/// The estimator of the guide 'Estimating Total Memory Requirements for Inference', following its formulas: parameters,
/// N hidden states of one token, a cache of d_model-wide keys and values, and one constant for everything else.
/// </summary>
/// <remarks>
/// The guide's own example prints 6,291,456 B for the cache at L = 128 in FP16: it omits the two bytes
/// per element. Its formula, used here, gives 12,582,912 B.
/// </remarks>
public static class GuideEstimator
{
    public const string Name = "guide";

    /// <summary>'Estimated at ~100 MB', to be tuned for the hardware.</summary>
    public static ByteSize Overhead { get; } = new(100 * ByteSize.MiB);

    /// <exception cref="OverflowException">A size does not fit 64 bits.</exception>
    public static MemoryEstimate Estimate(ModelSpec model, Workload workload)
    {
        long N = model.Layers, L = workload.Length, B = workload.Batch, d = model.DModel;
        var b = new ByteSize(workload.ComputeType.Bytes());

        var parameters = model.Quantization is null ? new ByteSize(workload.Type.Bytes()) * model.Parameters : model.FileSize(workload.ComputeType);
        var activations = b * N * B * d;
        var (keys, values) = (workload.CacheType(CacheSide.Keys), workload.CacheType(CacheSide.Values));
        var cache = new ByteSize(keys.Stored.Bytes() + values.Stored.Bytes()) * N * L * B * d;

        var parts = new MemoryAccount((Part.Weights, parameters), (Part.KvCache, cache), (Part.Activations, activations));
        return new()
        {
            Estimator = Name,
            Parts = parts.With((Part.Overhead, Overhead)),
            TensorParts = parts,
            TensorPeak = parts.Total,
            Unknown =
            [
                .. keys.IsQuantized || values.IsQuantized ? (string[])["scales of the cache, and what is taken back from it for attention: the guide has neither"] : [],
                "the interval: the guide gives none",
            ],
        };
    }
}
