using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Core.Virtual;

namespace LlmMemProfiler.Core.Records;

/// <summary>Output of <c>llmmem targets --json</c>.</summary>
public sealed record TargetsRecord(int Schema, IReadOnlyList<TargetRow> Targets)
{
    public const int CurrentSchema = 1;

    /// <summary>All GPUs that can be simulated, each card before its slices.</summary>
    public static TargetsRecord OfAll() => new(CurrentSchema, [.. Estimation.Targets.Gpus.SelectMany(card => card.Slices.Prepend(card)).Select(TargetRow.Of)]);
}

/// <summary>A GPU that can be simulated.</summary>
/// <param name="Name">As a target.</param>
/// <param name="Title">As its driver calls it.</param>
/// <param name="Capability">Compute capability.</param>
/// <param name="Multiprocessors">Enabled multiprocessors.</param>
/// <param name="Total">The memory that a verdict counts with; null if nobody has told.</param>
/// <param name="Source">Who has; null if nobody.</param>
public sealed record TargetRow(
    string Name, string Title, string Capability, int Multiprocessors, [property: JsonPropertyName("total_bytes")] ByteSize? Total, string? Source)
{
    /// <summary>What is doubtful about the other facts; null if nothing.</summary>
    public string? Doubt { get; init; }

    /// <summary>Random points that libtorch ran on virtual GPUs of its capability; 0 if none.</summary>
    public required int VirtualPoints { get; init; }

    /// <summary>Those of them that were predicted in every event and in both peaks.</summary>
    public required int VirtualPointsEqual { get; init; }

    internal static TargetRow Of(GpuModel gpu)
    {
        var seen = CheckedSum.Of(VirtualEvidence.Of(gpu.Capability));
        return new(gpu.Name, gpu.Title, $"{gpu.Capability}", gpu.Multiprocessors, gpu.Total, gpu.Capacity.Lowest?.Source)
        {
            Doubt = gpu.Doubt,
            VirtualPoints = seen?.Points ?? 0,
            VirtualPointsEqual = seen?.Equal ?? 0,
        };
    }
}
