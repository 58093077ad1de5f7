using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Core.Records;

/// <summary>What <c>llmmem estimate --json</c> prints.</summary>
public sealed record EstimateRecord(
    int Schema, ModelFacts Model, WorkloadFacts Workload, string? Profile, IReadOnlyList<MemoryEstimate> Estimates)
{
    public const int CurrentSchema = 1;

    /// <summary>Where the profile was applied beyond what it was calibrated for, a line each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
