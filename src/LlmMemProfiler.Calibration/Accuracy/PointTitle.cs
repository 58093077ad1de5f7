using System.Globalization;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>Model and workload in one line, whole.</summary>
internal static class PointTitle
{
    public static string Of(ModelFacts model, WorkloadFacts w) => string.Create(
        CultureInfo.InvariantCulture,
        $"{model.Name} {w.Dtype}, batch {w.Batch}, {w.Prompt} + {w.NewTokens} tokens, {w.Cache} cache, " +
        $"{w.Attention} attention{(w.PrefillChunk is { } chunk ? $", chunks of {chunk}" : "")}, logits {w.Logits}");
}
