using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Records;

/// <summary>What <c>llmmem replay --json</c> prints.</summary>
public sealed record ReplayRecord
{
    public const int CurrentSchema = 1;

    public int Schema { get; init; } = CurrentSchema;

    /// <summary>The trace's file.</summary>
    public required string Trace { get; init; }

    /// <summary>'measured' or 'predicted'.</summary>
    public required string Stream { get; init; }

    /// <summary>The GPU whose memory bounds the segments; null for none.</summary>
    public required string? Target { get; init; }

    /// <summary>What the allocator may hold; null for as much as it wants.</summary>
    [JsonPropertyName("capacity_bytes")]
    public required ByteSize? Capacity { get; init; }

    public required bool ExpandableSegments { get; init; }

    /// <summary>Allocations and frees in the stream.</summary>
    public required long Events { get; init; }

    /// <summary>Segments, or stretches of an expandable one, that are held at the end.</summary>
    public required int Segments { get; init; }

    /// <summary>Second tries after all free segments were given back.</summary>
    public required long Retries { get; init; }

    /// <summary>The request that was refused and ended the replay; null where none was.</summary>
    public required string? OutOfMemory { get; init; }

    public required IReadOnlyList<ReplayPhase> Phases { get; init; }

    public required ReplayMoment AllocatedPeak { get; init; }

    public required ReplayMoment ReservedPeak { get; init; }

    /// <summary>The picture's file; null where none was asked for.</summary>
    public string? Picture { get; init; }

    /// <summary>What the replay cannot know, a line each.</summary>
    public required IReadOnlyList<string> Unknown { get; init; }
}

/// <summary>One phase of the stream.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Steps">Prefill chunks or decode steps in it.</param>
/// <param name="Peak">The highest of each level; they need not fall on one moment.</param>
/// <param name="AtEnd">The levels when it is over.</param>
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

/// <summary>Levels of the caching allocator. At one moment requested + rounding = allocated, and allocated + slack = reserved.</summary>
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
/// <param name="Event">The event's number, from 1 on.</param>
/// <param name="Levels">All levels then.</param>
/// <param name="Parts">Requested bytes by owner, rounding and slack; adds up to what was reserved.</param>
public sealed record ReplayMoment(string At, long Event, ReplayLevels Levels, MemoryAccount Parts)
{
    public static ReplayMoment Of(AllocatorMoment moment) =>
        new(moment.Tag.ToString(), moment.Event, ReplayLevels.Of(moment.Levels), moment.Account);
}
