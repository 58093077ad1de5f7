using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>A sweep, planned or done, in one document; what was measured stands in its results file.</summary>
public sealed record SweepRecord
{
    public const int CurrentSchema = 1;

    public int Schema { get; init; } = CurrentSchema;

    public required string Plan { get; init; }

    /// <summary>'I/N'; null for the whole plan.</summary>
    public string? Shard { get; init; }

    /// <summary>The devices, as the command line names them.</summary>
    public required IReadOnlyList<string> Devices { get; init; }

    /// <summary>What a point may take on the device; null where it is not known.</summary>
    [JsonPropertyName("room_bytes")]
    public ByteSize? Capacity { get; init; }

    /// <summary>The results file; null where nothing was to be measured.</summary>
    public string? Results { get; init; }

    public bool Interrupted { get; init; }

    public double Seconds { get; init; }

    /// <summary>How many measurements are in which state.</summary>
    public required IReadOnlyDictionary<string, int> Counts { get; init; }

    public required IReadOnlyList<SweepPointRecord> Points { get; init; }
}

/// <summary>One measurement of a sweep.</summary>
/// <param name="PointId">The same for a repeated measurement.</param>
/// <param name="Repeat">From 0.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Workload">The workload.</param>
/// <param name="Predicted">What it will take at the least.</param>
/// <param name="Fits">Whether that is there; null where it is not known.</param>
/// <param name="State">A record's status, or one of <see cref="SweepStates"/>.</param>
public sealed record SweepPointRecord(
    string PointId, int Repeat, string Model, WorkloadFacts Workload, [property: JsonPropertyName("predicted_bytes")] ByteSize Predicted, bool? Fits, string State)
{
    /// <summary>Point and repeat in half a line.</summary>
    [JsonIgnore]
    public string Title => SweepJob.TitleOf(Model, Workload, Repeat);
}

/// <summary>What may be said of a measurement beside its record's status.</summary>
public static class SweepStates
{
    /// <summary>Measured by an earlier sweep into the same folder.</summary>
    public const string Before = "before";

    /// <summary>Left out, because it cannot fit.</summary>
    public const string Skipped = "skipped";

    /// <summary>Still to be measured.</summary>
    public const string Pending = "left";
}
