using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation.Comparison;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Records;

/// <summary>Everything that one measured run says: one line of a results file, and all that a report needs.</summary>
public sealed record RunRecord
{
    public const int CurrentSchema = 1;

    public int Schema { get; init; } = CurrentSchema;

    /// <summary>Names model, workload, device kind and allocator setting; the same for a repeated measurement.</summary>
    public required string PointId { get; init; }

    /// <summary>Which of several measurements of the same point in one sweep, from 0.</summary>
    public int Repeat { get; init; }

    public required RunStatus Status { get; init; }

    /// <summary>Why the status is not ok; null where it is.</summary>
    public string? Error { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required ModelFacts Model { get; init; }

    public required WorkloadFacts Workload { get; init; }

    public required DeviceFacts Device { get; init; }

    public required HostFacts Host { get; init; }

    /// <summary>Seed of weights and prompt.</summary>
    public required long Seed { get; init; }

    public required Measured Measured { get; init; }

    public required IReadOnlyList<MemoryEstimate> Estimates { get; init; }

    public required Timing Timing { get; init; }

    public required EventFacts Events { get; init; }

    /// <summary>What only a GPU has; null on a CPU.</summary>
    public CudaFacts? Cuda { get; init; }

    /// <summary>Where memory ran out, as the allocator reported it; null where it did not.</summary>
    public OutOfMemoryFacts? OutOfMemory { get; init; }

    /// <summary>The predicted trace beside the measured one; null where there is no measured one.</summary>
    public TraceFacts? Trace { get; init; }

    /// <summary>Token ids that came out, a list a sequence.</summary>
    public required IReadOnlyList<IReadOnlyList<long>> Generated { get; init; }

    /// <summary>Levels over time, for the picture.</summary>
    public required Timeline Timeline { get; init; }
}

/// <summary>What was measured.</summary>
public sealed record Measured
{
    /// <summary>Peak of the blocks that outlive the operation that made them; null where nothing saw allocations.</summary>
    [JsonPropertyName("tensor_peak_bytes")]
    public ByteSize? TensorPeak { get; init; }

    [JsonPropertyName("allocated_peak_bytes")]
    public ByteSize? AllocatedPeak { get; init; }

    [JsonPropertyName("reserved_peak_bytes")]
    public ByteSize? ReservedPeak { get; init; }

    /// <summary>Peak of what the operating system or the driver counts for this process.</summary>
    [JsonPropertyName("device_peak_bytes")]
    public ByteSize? DevicePeak { get; init; }

    /// <summary>The device peak by part: owners at the allocated peak, then what lies over them. Adds up to it.</summary>
    public required MemoryAccount Parts { get; init; }

    /// <summary>The tensor peak by owner. Adds up to it, and stands beside the estimates' parts.</summary>
    public required MemoryAccount TensorParts { get; init; }

    /// <summary>When the tensor peak was reached.</summary>
    public string? TensorPeakAt { get; init; }

    /// <summary>When the allocated peak was reached.</summary>
    public string? AllocatedPeakAt { get; init; }

    public required IReadOnlyList<PhaseFacts> Phases { get; init; }

    /// <summary>What could not be had, and why, a line each.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];
}

/// <summary>One phase of a run.</summary>
public sealed record PhaseFacts
{
    public required Phase Phase { get; init; }

    public required double Seconds { get; init; }

    public required int Steps { get; init; }

    [JsonPropertyName("tensor_peak_bytes")]
    public ByteSize? TensorPeak { get; init; }

    [JsonPropertyName("allocated_peak_bytes")]
    public ByteSize? AllocatedPeak { get; init; }

    /// <summary>What is live when the phase is over.</summary>
    [JsonPropertyName("allocated_end_bytes")]
    public ByteSize? AllocatedEnd { get; init; }

    /// <summary>What the operating system or the driver counts when the phase is over.</summary>
    [JsonPropertyName("device_end_bytes")]
    public ByteSize? DeviceEnd { get; init; }
}

/// <summary>How long things took; null for what was not finished.</summary>
public sealed record Timing(double? LoadSeconds, double? PrefillSeconds, double? DecodeTokensPerSecond);

/// <summary>What the allocation hook saw.</summary>
/// <param name="Count">Allocations and frees on the device; null where nothing saw them.</param>
/// <param name="Dropped">Events lost because the buffer was full; anything but 0 makes the run a failed one.</param>
/// <param name="LateFrees">Tensors that the finalizer had to free: a leak in this program.</param>
/// <param name="SeenBy">'hook', or why there was none.</param>
public sealed record EventFacts(long? Count, long Dropped, long LateFrees, string SeenBy);

/// <summary>Levels over time, column by column; all columns have the same length.</summary>
public sealed record Timeline
{
    /// <summary>Since the run's start.</summary>
    public required IReadOnlyList<double> Seconds { get; init; }

    public required IReadOnlyList<Phase> Phase { get; init; }

    public required IReadOnlyList<int> Step { get; init; }

    /// <summary>The highest account of all blocks within the interval that ends at this moment.</summary>
    public required IReadOnlyList<MemoryAccount> Allocated { get; init; }

    /// <summary>What the operating system or the driver counted at this moment; null where it did not say.</summary>
    [JsonPropertyName("device_bytes")]
    public required IReadOnlyList<ByteSize?> Device { get; init; }
}
