using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Core.Records;

/// <summary>Output of <c>llmmem estimate --json</c>.</summary>
public sealed record EstimateRecord(
    int Schema, ModelFacts Model, WorkloadFacts Workload, string? Profile, IReadOnlyList<MemoryEstimate> Estimates)
{
    public const int CurrentSchema = 1;

    /// <summary>Where the profile was applied outside its calibration range, one per line.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
