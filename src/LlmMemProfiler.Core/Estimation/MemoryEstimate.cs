using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>One estimator's result for a model and workload. Unknowns are null and listed, never zero.</summary>
/// <remarks>Source-generated readers leave null in a property whose name is missing, whatever its initializer is; hence the getters.</remarks>
public sealed record MemoryEstimate
{
    /// <summary>'guide', 'analytic' or 'simulated'.</summary>
    public required string Estimator { get; init; }

    /// <summary>The device that was simulated, for example 'cpu, 2 threads'; null if not specific to a device.</summary>
    public string? Target { get; init; }

    /// <summary>The predicted total by part, at the highest known level; adds up to <see cref="Total"/>.</summary>
    public required MemoryAccount Parts { get; init; }

    /// <summary>The tensor peak by owner; adds up to it. Empty if missing in a record.</summary>
    public MemoryAccount TensorParts { get => field ?? new(); init; }

    /// <summary>Peak of the blocks that outlive the operation that allocated them.</summary>
    [JsonPropertyName("tensor_peak_bytes")]
    public ByteSize? TensorPeak { get; init; }

    /// <summary>Peak of all blocks, including kernel scratch.</summary>
    [JsonPropertyName("allocated_peak_bytes")]
    public ByteSize? AllocatedPeak { get; init; }

    /// <summary>Peak of the caching allocator's segments.</summary>
    [JsonPropertyName("reserved_peak_bytes")]
    public ByteSize? ReservedPeak { get; init; }

    /// <summary>
    /// The same where all addresses rise, unlike a driver's that was seen, since best fit breaks ties by address; null if that makes
    /// no difference.
    /// </summary>
    [JsonPropertyName("reserved_peak_rising_bytes")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ByteSize? ReservedPeakRising { get; init; }

    /// <summary>The sum of the known parts. What a record states instead is <see cref="StatedTotal"/>.</summary>
    [JsonPropertyName("total_bytes")]
    public ByteSize Total
    {
        get => Parts.Total;
        init => StatedTotal = value;
    }

    /// <summary>The total as a record states it, to be checked against its parts; null in an estimate that was not read.</summary>
    [JsonIgnore]
    public ByteSize? StatedTotal { get; private init; }

    /// <summary>Lower bound of the device total.</summary>
    [JsonPropertyName("low_bytes")]
    public ByteSize? Low { get; init; }

    /// <summary>Upper bound of the device total.</summary>
    [JsonPropertyName("high_bytes")]
    public ByteSize? High { get; init; }

    /// <summary>How much more it were if all tokens went to the same experts, which are assumed to get as many each; null without experts.</summary>
    [JsonPropertyName("worst_routing_extra_bytes")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ByteSize? WorstRoutingExtra { get; init; }

    /// <summary>With what the worst routing adds, if the model has experts.</summary>
    internal MemoryEstimate WithWorst(ModelSpec model, Func<MemoryEstimate> worst) =>
        // An allocator's segments may happen to fit the worst routing better.
        model.Sublayers.OfType<Experts>().Any() ? this with { WorstRoutingExtra = new(Math.Max(0, worst().Total.Bytes - Total.Bytes)) } : this;

    /// <summary>What the interval from <see cref="Low"/> to <see cref="High"/> promises; null without one, and for a range over sources, which promises nothing.</summary>
    public IntervalFacts? Interval { get; init; }

    /// <summary>Peaks by phase, if the estimator distinguishes phases.</summary>
    public IReadOnlyList<PhaseEstimate> Phases { get => field ?? []; init; }

    /// <summary>When the tensor peak is reached, for example 'decode step 1, Linear'.</summary>
    public string? PeakAt { get; init; }

    /// <summary>When <see cref="Parts"/> are as they are; null if the estimator does not follow a run, and in a record that was read.</summary>
    [JsonIgnore]
    public Tag? TotalAt { get; init; }

    /// <summary>When the reserved peak is first reached.</summary>
    public string? ReservedPeakAt { get; init; }

    /// <summary>The out-of-memory error if device memory is too small; otherwise null.</summary>
    public string? OutOfMemory { get; init; }

    /// <summary>Levels by step, if the estimator simulates them.</summary>
    public StepCurve? Curve { get; init; }

    /// <summary>What this estimate does not cover, one per line.</summary>
    public IReadOnlyList<string> Unknown { get => field ?? []; init; }
}

/// <summary>Peaks within a phase; null if unknown.</summary>
public sealed record PhaseEstimate(
    Phase Phase,
    [property: JsonPropertyName("tensor_peak_bytes")] ByteSize TensorPeak,
    [property: JsonPropertyName("allocated_peak_bytes")] ByteSize? AllocatedPeak = null,
    [property: JsonPropertyName("reserved_peak_bytes")] ByteSize? ReservedPeak = null);
