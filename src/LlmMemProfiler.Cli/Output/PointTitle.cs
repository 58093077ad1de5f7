using System.Globalization;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Model and workload in one line.</summary>
internal static class PointTitle
{
    public static string Of(ModelFacts model, WorkloadFacts workload) => string.Create(
        CultureInfo.InvariantCulture,
        $"{model.Name}: {model.Parameters:N0} parameters, {workload.Dtype.Name()}, batch {workload.Batch}, prompt {workload.Prompt} + " +
        $"{workload.NewTokens} new tokens, {(workload.Attention == AttentionKernel.Math ? "plain" : "fused")} attention, " +
        $"logits for {(workload.Logits == LogitsFor.All ? "all positions" : "the last position")}");
}
