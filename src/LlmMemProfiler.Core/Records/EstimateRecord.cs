using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Overheads;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Core.Verdicts;

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

    /// <summary>The memory that it is to fit into; this and the following are null where none was asked about.</summary>
    public Capacity? Target { get; init; }

    /// <summary>Whether it fits; null if that cannot be said, for which <see cref="NoVerdict"/> has the reason.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>What is left of the memory to the size that decides: the upper bound of 'fits', the lower one of 'no', else the value.</summary>
    [JsonPropertyName("margin_bytes")]
    public ByteSize? Margin { get; init; }

    public Needed? Needed { get; init; }

    public DecidingMoment? Moment { get; init; }

    public string? NoVerdict { get; init; }

    public EstimateRecord With(Fit fit) => this with
    {
        Target = fit.Capacity,
        Verdict = fit.Verdict,
        Margin = fit.Margin,
        Needed = fit.Needed,
        Moment = fit.Moment is { } tag ? DecidingMoment.Of(tag) : null,
        NoVerdict = fit.Unknown,
    };
}
