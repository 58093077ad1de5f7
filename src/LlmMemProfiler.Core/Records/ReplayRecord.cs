using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Records;

/// <summary>Output of <c>llmmem replay --json</c>.</summary>
public sealed record ReplayRecord
{
    public const int CurrentSchema = 1;

    public int Schema { get; init; } = CurrentSchema;

    /// <summary>The trace file.</summary>
    public required string Trace { get; init; }

    /// <summary>'measured' or 'predicted'.</summary>
    public required string Stream { get; init; }

    /// <summary>The GPU whose memory limits the segments; null for none.</summary>
    public required string? Target { get; init; }

    /// <summary>Maximum reserved bytes; null for unlimited.</summary>
    [JsonPropertyName("capacity_bytes")]
    public required ByteSize? Capacity { get; init; }

    /// <summary>Where that was seen; null for unlimited.</summary>
    public required string? CapacitySource { get; init; }

    public required bool ExpandableSegments { get; init; }

    /// <summary>Allocations and frees in the stream.</summary>
    public required long Events { get; init; }

    /// <summary>Segments, or mapped ranges of an expandable one, at the end.</summary>
    public required int Segments { get; init; }

    /// <summary>Second attempts after all free segments were released.</summary>
    public required long Retries { get; init; }

    /// <summary>The out-of-memory request that ended the replay; null if none did.</summary>
    public required string? OutOfMemory { get; init; }

    public required IReadOnlyList<ReplayPhase> Phases { get; init; }

    public required ReplayMoment AllocatedPeak { get; init; }

    public required ReplayMoment ReservedPeak { get; init; }

    /// <summary>The plot's file; null if not requested.</summary>
    public string? Picture { get; init; }

    /// <summary>What the replay cannot know, one per line.</summary>
    public required IReadOnlyList<string> Unknown { get; init; }
}

/// <summary>A phase of the stream.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Steps">Prefill chunks or decode steps in it.</param>
/// <param name="Peak">Peak of each level, not necessarily at the same moment.</param>
/// <param name="AtEnd">Levels at its end.</param>
public sealed record ReplayPhase(Phase Phase, int Steps, ReplayLevels Peak, ReplayLevels AtEnd)
{
    /// <summary>A phase from its steps.</summary>
    public static ReplayPhase Of(IReadOnlyList<AllocatorStep> steps) => new(
        steps[0].Phase,
        steps.Count,
        new(
            steps.Max(s => s.Peaks.Requested), steps.Max(s => s.RoundingPeak), steps.Max(s => s.Peaks.Allocated),
            steps.Max(s => s.SlackPeak), steps.Max(s => s.Peaks.Reserved)),
        ReplayLevels.Of(steps[^1].AtEnd));
}

/// <summary>Levels of the caching allocator. At any moment requested + rounding = allocated, and allocated + slack = reserved.</summary>
public sealed record ReplayLevels(
    [property: JsonPropertyName("requested_bytes")] ByteSize Requested,
    [property: JsonPropertyName("rounding_bytes")] ByteSize Rounding,
    [property: JsonPropertyName("allocated_bytes")] ByteSize Allocated,
    [property: JsonPropertyName("slack_bytes")] ByteSize Slack,
    [property: JsonPropertyName("reserved_bytes")] ByteSize Reserved)
{
    public static ReplayLevels Of(AllocatorLevels l) => new(l.Requested, l.Rounding, l.Allocated, l.Slack, l.Reserved);
}

/// <summary>The first moment at which a level peaked.</summary>
/// <param name="At">What was being computed.</param>
/// <param name="Event">Event number, from 1.</param>
/// <param name="Levels">All levels at that moment.</param>
/// <param name="Parts">Requested bytes by owner, rounding and slack; adds up to the reserved bytes.</param>
public sealed record ReplayMoment(string At, long Event, ReplayLevels Levels, MemoryAccount Parts)
{
    public static ReplayMoment Of(AllocatorMoment moment) =>
        new(moment.Tag.ToString(), moment.Event, ReplayLevels.Of(moment.Levels), moment.Account);
}
