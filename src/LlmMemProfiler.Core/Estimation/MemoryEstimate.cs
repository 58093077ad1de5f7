using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>What one estimator says about one model under one workload. What it cannot know is null and named, never zero.</summary>
public sealed record MemoryEstimate
{
    /// <summary>'guide', 'analytic' or 'simulated'.</summary>
    public required string Estimator { get; init; }

    /// <summary>The device that was simulated, for example 'cpu, 2 threads'; null where the estimate is for none in particular.</summary>
    public string? Target { get; init; }

    /// <summary>The predicted total by part, at the highest level that is known; adds up to <see cref="Total"/>.</summary>
    public required MemoryAccount Parts { get; init; }

    /// <summary>The tensor peak by owner; adds up to it. Empty where a record does not have it.</summary>
    public MemoryAccount TensorParts { get; init; } = new();

    /// <summary>Peak of the blocks that outlive the operation that made them.</summary>
    [JsonPropertyName("tensor_peak_bytes")]
    public ByteSize? TensorPeak { get; init; }

    /// <summary>Peak of all blocks, kernels' scratch included.</summary>
    [JsonPropertyName("allocated_peak_bytes")]
    public ByteSize? AllocatedPeak { get; init; }

    /// <summary>Peak of the caching allocator's segments.</summary>
    [JsonPropertyName("reserved_peak_bytes")]
    public ByteSize? ReservedPeak { get; init; }

    /// <summary>The sum of the known parts.</summary>
    [JsonPropertyName("total_bytes")]
    public ByteSize Total => Parts.Total;

    /// <summary>The device total is at least this.</summary>
    [JsonPropertyName("low_bytes")]
    public ByteSize? Low { get; init; }

    /// <summary>The device total is at most this.</summary>
    [JsonPropertyName("high_bytes")]
    public ByteSize? High { get; init; }

    /// <summary>Peaks of each phase, where the estimator tells phases apart.</summary>
    public IReadOnlyList<PhaseEstimate> Phases { get; init; } = [];

    /// <summary>When the tensor peak is reached, for example 'decode step 1, Linear'.</summary>
    public string? PeakAt { get; init; }

    /// <summary>When the reserved peak is reached first.</summary>
    public string? ReservedPeakAt { get; init; }

    /// <summary>Why the device refuses the run, where its memory is limited and too small; null where it does not.</summary>
    public string? OutOfMemory { get; init; }

    /// <summary>Levels over the steps, where the estimator runs them.</summary>
    public StepCurve? Curve { get; init; }

    /// <summary>What this estimate leaves open, a line each.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];
}

/// <summary>The peaks within one phase; null where a level is not known.</summary>
public sealed record PhaseEstimate(
    Phase Phase,
    [property: JsonPropertyName("tensor_peak_bytes")] ByteSize TensorPeak,
    [property: JsonPropertyName("allocated_peak_bytes")] ByteSize? AllocatedPeak = null,
    [property: JsonPropertyName("reserved_peak_bytes")] ByteSize? ReservedPeak = null);
