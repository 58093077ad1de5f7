using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>A planned or finished sweep in one document; the measurements are in its results file.</summary>
public sealed record SweepRecord
{
    public const int CurrentSchema = 1;

    public int Schema { get; init; } = CurrentSchema;

    public required string Plan { get; init; }

    /// <summary>'I/N'; null for the whole plan.</summary>
    public string? Shard { get; init; }

    /// <summary>The devices, as given on the command line.</summary>
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>What they are.</summary>
    public required DeviceKind DeviceKind { get; init; }

    /// <summary>Memory available to a point; null if unknown.</summary>
    [JsonPropertyName("room_bytes")]
    public ByteSize? Capacity { get; init; }

    /// <summary>The results file; null for a dry run.</summary>
    public string? Results { get; init; }

    public bool Interrupted { get; init; }

    /// <summary>Where the devices were lost, and how: 'device lost at point 3 of 12 (…)'; null if one is left.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DeviceLost { get; init; }

    public double Seconds { get; init; }

    /// <summary>About how long the measurements that were left at the start take; see <see cref="PointTime"/>.</summary>
    public double ExpectedSeconds { get; init; }

    /// <summary>Measurements whose last record, of this or an earlier sweep, failed or timed out.</summary>
    public int Failures { get; init; }

    /// <summary>Number of measurements per state.</summary>
    public required IReadOnlyDictionary<string, int> Counts { get; init; }

    public required IReadOnlyList<SweepPointRecord> Points { get; init; }
}

/// <summary>One measurement of a sweep.</summary>
/// <param name="PointId">The point's id, shared by its repeats.</param>
/// <param name="Repeat">From 0.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Workload">The workload.</param>
/// <param name="Predicted">Minimum memory needed.</param>
/// <param name="Fits">Whether that is available; null if unknown.</param>
/// <param name="State">A record's status, or one of <see cref="SweepStates"/>.</param>
public sealed record SweepPointRecord(
    string PointId, int Repeat, string Model, WorkloadFacts Workload, [property: JsonPropertyName("predicted_bytes")] ByteSize Predicted, bool? Fits, string State)
{
    /// <summary>Short description of point and repeat.</summary>
    [JsonIgnore]
    public string Title => SweepJob.TitleOf(Model, Workload, Repeat);
}

/// <summary>States of a measurement other than a record's status.</summary>
public static class SweepStates
{
    /// <summary>Measured by an earlier sweep into the same folder.</summary>
    public const string Before = "before";

    /// <summary>Skipped because it cannot fit.</summary>
    public const string Skipped = "skipped";

    /// <summary>Still to be measured.</summary>
    public const string Pending = "left";
}
