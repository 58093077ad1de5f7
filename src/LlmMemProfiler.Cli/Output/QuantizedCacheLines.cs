using System.Globalization;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Cli.Output;

/// <summary>What a quantized cache saves, and what it costs.</summary>
internal static class QuantizedCacheLines
{
    public static IEnumerable<string> Of(QuantizedCacheFacts cache, WorkloadFacts workload)
    {
        var computed = workload.Dtype.Computed().Name();
        if (cache is { Size: { } size, Saved: { } saved })
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{workload.CacheWords} cache: {size}, {cache.Scales} of it scales; in {computed} it would be {cache.Computed}, so it saves {saved} ({100.0 * saved.Bytes / cache.Computed.Bytes:0.#} %)");
        }
        if (cache.ScratchPeak is { } scratch)
            yield return $"it costs, taken back to {computed} for attention one layer at a time: up to {scratch} of workspace, in {cache.ScratchPeakAt}";
    }
}
