using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>Predicted levels by step, in columns of equal length.</summary>
/// <remarks>In long runs, adjacent steps of a phase are merged, keeping each column's maximum.</remarks>
public sealed record StepCurve
{
    private const int MostSteps = 512;

    public required IReadOnlyList<Phase> Phase { get; init; }

    /// <summary>Decode step or prefill chunk; the last of those merged.</summary>
    public required IReadOnlyList<int> Step { get; init; }

    /// <summary>Peak within the step of the blocks that outlive their operation.</summary>
    [JsonPropertyName("tensor_bytes")]
    public required IReadOnlyList<ByteSize> Tensors { get; init; }

    /// <summary>Peak of all blocks; null if kernel scratch is unknown.</summary>
    [JsonPropertyName("allocated_bytes")]
    public IReadOnlyList<ByteSize>? Allocated { get; init; }

    /// <summary>Peak of reserved bytes; null without caching allocator.</summary>
    [JsonPropertyName("reserved_bytes")]
    public IReadOnlyList<ByteSize>? Reserved { get; init; }

    internal static StepCurve Of(IReadOnlyList<StepLevels> steps)
    {
        var kept = Thinned(steps);
        return new()
        {
            Phase = [.. kept.Select(s => s.Phase)],
            Step = [.. kept.Select(s => s.Step)],
            Tensors = [.. kept.Select(s => s.Tensors)],
            Allocated = kept.All(s => s.Allocated is not null) ? [.. kept.Select(s => s.Allocated!.Value)] : null,
            Reserved = kept.All(s => s.Reserved is not null) ? [.. kept.Select(s => s.Reserved!.Value)] : null,
        };
    }

    private static IReadOnlyList<StepLevels> Thinned(IReadOnlyList<StepLevels> steps)
    {
        var group = (steps.Count + MostSteps - 1) / MostSteps;
        if (group <= 1)
            return steps;
        return [.. steps
            .GroupBy(s => s.Phase)
            .SelectMany(phase => phase.Chunk(group))
            .Select(chunk => new StepLevels(
                chunk[^1].Phase, chunk[^1].Step,
                chunk.Max(s => s.Tensors), chunk.Max(s => s.Allocated), chunk.Max(s => s.Reserved)))];
    }
}

/// <summary>Peak of each level within a step.</summary>
internal readonly record struct StepLevels(Phase Phase, int Step, ByteSize Tensors, ByteSize? Allocated, ByteSize? Reserved);
