using System.Globalization;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>Model and workload in one line, whole.</summary>
internal static class PointTitle
{
    public static string Of(ModelFacts model, WorkloadFacts w) => string.Create(
        CultureInfo.InvariantCulture,
        $"{model.Name} {w.Dtype.Name()}, batch {w.Batch}, {w.Prompt} + {w.NewTokens} tokens, {w.Cache.Name()} cache, " +
        $"{w.Attention.Name()} attention{(w.PrefillChunk is { } chunk ? $", chunks of {chunk}" : "")}, logits {w.Logits.Name()}");
}
