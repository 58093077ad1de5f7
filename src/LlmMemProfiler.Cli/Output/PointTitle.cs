using System.Globalization;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Model and workload in one line.</summary>
internal static class PointTitle
{
    public static string Of(ModelFacts model, WorkloadFacts workload) => string.Create(
        CultureInfo.InvariantCulture,
        $"{model.Name}: {model.Parameters:N0} parameters, {workload.Dtype}, batch {workload.Batch}, prompt {workload.Prompt} + " +
        $"{workload.NewTokens} new tokens, {(workload.Attention == "math" ? "plain" : "fused")} attention, " +
        $"logits for {(workload.Logits == "all" ? "all positions" : "the last position")}");
}
