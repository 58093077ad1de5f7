using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Overheads;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Core.Records;

/// <summary>Output of <c>llmmem estimate --json</c>.</summary>
public sealed record EstimateRecord(
    int Schema, ModelFacts Model, WorkloadFacts Workload, string? Profile, IReadOnlyList<MemoryEstimate> Estimates)
{
    public const int CurrentSchema = 1;

    /// <summary>Where the profile was applied outside its calibration range, one per line.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Where the overhead in the totals comes from; null if none is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OverheadSource? OverheadFrom { get; init; }

    /// <summary>What the atlas has of the target: the overhead in the totals, and in the bounds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OverheadRange>? Overheads { get; init; }
}
