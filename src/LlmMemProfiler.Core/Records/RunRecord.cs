using System.Globalization;
using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Allocation.Comparison;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Records;

/// <summary>One measured run: a line of a results file, with everything a report needs.</summary>
public sealed record RunRecord
{
    public const int CurrentSchema = 1;

    public int Schema { get; init; } = CurrentSchema;

    /// <summary>Identifies model, workload, device kind and allocator settings; the same for repeated measurements.</summary>
    public required string PointId { get; init; }

    /// <summary>Index among repeated measurements of the same point in a sweep, from 0.</summary>
    public int Repeat { get; init; }

    /// <summary>Tells this measurement from all others: random, since clocks may stand still. Null in records of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RunId { get; init; }

    public required RunStatus Status { get; init; }

    /// <summary>Why the status is not ok; null if it is.</summary>
    public string? Error { get; init; }

    /// <summary>The device's own error, if that is why; null if it is not, or not known, and in records of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DeviceError? DeviceError { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required ModelFacts Model { get; init; }

    public required WorkloadFacts Workload { get; init; }

    public required DeviceFacts Device { get; init; }

    public required HostFacts Host { get; init; }

    /// <summary>Seed of the prompt, and of random weights.</summary>
    public required long Seed { get; init; }

    /// <summary>
    /// Where the weights came from. Null on a virtual GPU, where they have no values, in records of earlier versions, which had random
    /// ones only, and of a worker that ended early.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WeightsFacts? Weights { get; init; }

    public required Measured Measured { get; init; }

    public required IReadOnlyList<MemoryEstimate> Estimates { get; init; }

    public required Timing Timing { get; init; }

    public required EventFacts Events { get; init; }

    /// <summary>GPU facts; null on CPU.</summary>
    public CudaFacts? Cuda { get; init; }

    /// <summary>Out-of-memory event as reported by the allocator; null if none.</summary>
    public OutOfMemoryFacts? OutOfMemory { get; init; }

    /// <summary>What should be known about the choice of device, one per line; null if nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Remarks { get; init; }

    /// <summary>What else the machine did meanwhile; null in records of earlier versions, and of a worker that ended early.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MachineActivity? Activity { get; init; }

    /// <summary>Comparison of predicted and measured trace; null if not measured.</summary>
    public TraceFacts? Trace { get; init; }

    /// <summary>What the device peak counts; earlier versions did not say.</summary>
    [JsonIgnore]
    public DeviceLevel DeviceLevel => Measured.DeviceLevel ?? (Device.Kind == DeviceKind.Cpu ? DeviceLevel.Resident : DeviceLevel.Driver);

    /// <summary>What <see cref="PointId"/> is computed from, as far as the record says; on a CPU no allocator setting is part of it.</summary>
    [JsonIgnore]
    public PointKey Key => new(
        Model, Workload, Device.Kind, Device.Kind.IsGpu() ? AllocatorOptions.Find(Host.Environment.GetValueOrDefault).Text : "");

    /// <summary>What tells one measurement of a point from another: its id, or its start in records that have none.</summary>
    internal static string RunOf(string? runId, DateTimeOffset started) => runId ?? started.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>Rows of each expert; null without experts, on a virtual GPU, and in records of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RoutingFacts? Routing { get; init; }

    /// <summary>What a quantized cache saved and cost; null if it is not quantized, and if the run ended before it held anything.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public QuantizedCacheFacts? QuantizedCache { get; init; }

    /// <summary>What is known of a prompt of the user's own; null for a random one, and in records of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TextFacts? Text { get; init; }

    /// <summary>Generated token ids, one list per sequence; none on a virtual GPU.</summary>
    public required IReadOnlyList<IReadOnlyList<long>> Generated { get; init; }

    /// <summary>Levels over time, for plots.</summary>
    public required Timeline Timeline { get; init; }

    /// <summary>Checksum of the line that the record was read from; null in records of earlier versions, and until it is written.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Seal { get; init; }
}

/// <summary>What was measured.</summary>
public sealed record Measured
{
    /// <summary>Peak of the blocks that outlive the operation that allocated them; null if allocations were not observed.</summary>
    [JsonPropertyName("tensor_peak_bytes")]
    public ByteSize? TensorPeak { get; init; }

    [JsonPropertyName("allocated_peak_bytes")]
    public ByteSize? AllocatedPeak { get; init; }

    [JsonPropertyName("reserved_peak_bytes")]
    public ByteSize? ReservedPeak { get; init; }

    /// <summary>Peak of this process's memory by the OS or driver.</summary>
    [JsonPropertyName("device_peak_bytes")]
    public ByteSize? DevicePeak { get; init; }

    /// <summary>The device peak without this program's own memory: what estimates predict.</summary>
    [JsonIgnore]
    public ByteSize? DeviceWithoutProfiler => DevicePeak - (Parts[Part.Profiler] ?? ByteSize.Zero);

    /// <summary>What <see cref="DevicePeak"/> counts; null in records of earlier versions.</summary>
    public DeviceLevel? DeviceLevel { get; init; }

    /// <summary>On a CPU, resident pages of files at the device peak, which does not count them; shown, and never fitted.</summary>
    [JsonPropertyName("file_bytes")]
    public ByteSize? File { get; init; }

    /// <summary>The device peak by part: owners at the allocated peak, then the rest. Adds up to it.</summary>
    public required MemoryAccount Parts { get; init; }

    /// <summary>The tensor peak by owner; adds up to it. Comparable to the estimates' parts.</summary>
    public required MemoryAccount TensorParts { get; init; }

    /// <summary>When the tensor peak was reached.</summary>
    public string? TensorPeakAt { get; init; }

    /// <summary>When the allocated peak was reached.</summary>
    public string? AllocatedPeakAt { get; init; }

    public required IReadOnlyList<PhaseFacts> Phases { get; init; }

    /// <summary>What could not be measured, and why, one per line.</summary>
    public IReadOnlyList<string> Unknown { get => field ?? []; init; }
}

/// <summary>One phase of a run.</summary>
public sealed record PhaseFacts
{
    public required Phase Phase { get; init; }

    /// <summary>Null on a virtual GPU, where nothing is computed.</summary>
    public required double? Seconds { get; init; }

    public required int Steps { get; init; }

    [JsonPropertyName("tensor_peak_bytes")]
    public ByteSize? TensorPeak { get; init; }

    [JsonPropertyName("allocated_peak_bytes")]
    public ByteSize? AllocatedPeak { get; init; }

    /// <summary>Allocated bytes at the end of the phase.</summary>
    [JsonPropertyName("allocated_end_bytes")]
    public ByteSize? AllocatedEnd { get; init; }

    /// <summary>Device level by the OS or driver at the end of the phase.</summary>
    [JsonPropertyName("device_end_bytes")]
    public ByteSize? DeviceEnd { get; init; }
}

/// <summary>Durations; null if not finished, and on a virtual GPU.</summary>
public sealed record Timing(double? LoadSeconds, double? PrefillSeconds, double? DecodeTokensPerSecond);

/// <summary>Statistics of the allocation hook.</summary>
/// <param name="Count">Allocations and frees on the device; null if not observed.</param>
/// <param name="Dropped">Events lost to a full buffer; the run fails unless 0.</param>
/// <param name="LateFrees">Tensors freed by the finalizer: a leak in this program.</param>
/// <param name="SeenBy">'hook', or why there is none.</param>
public sealed record EventFacts(long? Count, long Dropped, long LateFrees, string SeenBy);

/// <summary>Levels over time, in columns of equal length.</summary>
public sealed record Timeline
{
    /// <summary>Seconds since the start of the run.</summary>
    public required IReadOnlyList<double> Seconds { get; init; }

    public required IReadOnlyList<Phase> Phase { get; init; }

    public required IReadOnlyList<int> Step { get; init; }

    /// <summary>Peak of all blocks, by owner, within the interval ending at this moment.</summary>
    public required IReadOnlyList<MemoryAccount> Allocated { get; init; }

    /// <summary>Device level by the OS or driver; null if unknown.</summary>
    [JsonPropertyName("device_bytes")]
    public required IReadOnlyList<ByteSize?> Device { get; init; }
}
