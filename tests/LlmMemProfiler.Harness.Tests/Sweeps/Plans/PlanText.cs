using System.Text;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Harness.Tests.Sweeps.Plans;

/// <summary>Plans written in a test.</summary>
internal static class PlanText
{
    public static SweepPlan Read(string json, string? folder = null) =>
        SweepPlan.Read(Encoding.UTF8.GetBytes(json), "plan.json", "plan", folder);

    /// <summary>A point in a few letters: 'tiny fp16 b2 p8 n4'.</summary>
    public static string Short(SweepPoint p) =>
        $"{p.Model.Name} {p.WorkloadFacts.Dtype.Name()} b{p.Workload.Batch} p{p.Workload.Prompt} n{p.Workload.NewTokens}";

    public static string[] Points(string json) => [.. Read(json).Points.Select(Short)];
}
