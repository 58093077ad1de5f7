using System.Text.Json.Serialization;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>What <c>llmmem validate --json</c> prints.</summary>
/// <param name="Schema">Version of this record.</param>
/// <param name="Profile">The profile's name; null if none.</param>
/// <param name="HeldOutOnly">True if the profile was fitted to these results, so only held-out points count.</param>
/// <param name="Read">Records read.</param>
/// <param name="Skipped">Bad lines skipped.</param>
/// <param name="LeftOut">Records without a device peak or not ok.</param>
/// <param name="Estimators">Errors per estimator.</param>
/// <param name="Gate">The gate's verdict; null if none was requested.</param>
/// <param name="Drift">Drift against another profile; null if none was given.</param>
/// <param name="Remarks">Notes for the reader, one per entry.</param>
public sealed record ValidationRecord(
    int Schema,
    string? Profile,
    bool HeldOutOnly,
    int Read,
    int Skipped,
    int LeftOut,
    IReadOnlyList<EstimatorValidation> Estimators,
    GateVerdict? Gate,
    DriftRecord? Drift,
    IReadOnlyList<string> Remarks)
{
    public const int CurrentSchema = 1;

    /// <summary>What the results were made on, if that was a virtual GPU: then no device total is compared. Null if they were measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DeviceKind? Device { get; init; }

    /// <summary>Predicted against measured traces.</summary>
    public TraceValidation? Traces { get; init; }

    /// <summary>The verdict on traces; null if none was requested.</summary>
    public GateVerdict? TraceGate { get; init; }
}

/// <summary>One estimator against the records.</summary>
/// <param name="Estimator">Its name.</param>
/// <param name="Before">Without a profile; null if no points were left.</param>
/// <param name="After">With the profile; null without one.</param>
/// <param name="Parts">By part, with the profile if given.</param>
/// <param name="Worst">The largest errors, worst first.</param>
public sealed record EstimatorValidation(
    string Estimator, ErrorStatistics? Before, ErrorStatistics? After, IReadOnlyList<PartError> Parts, IReadOnlyList<PointError> Worst);

/// <summary>How well one part is predicted.</summary>
/// <param name="Part">Its name.</param>
/// <param name="Count">Points where it is both predicted and measured.</param>
/// <param name="Mean">Mean of predicted − measured.</param>
/// <param name="Median">Median of the absolute differences.</param>
/// <param name="Maximum">The largest of them.</param>
public sealed record PartError(
    string Part,
    int Count,
    [property: JsonPropertyName("mean_bytes")] ByteSize Mean,
    [property: JsonPropertyName("median_bytes")] ByteSize Median,
    [property: JsonPropertyName("maximum_bytes")] ByteSize Maximum);

/// <summary>One prediction with its measurement.</summary>
public sealed record PointError(
    string PointId,
    string Title,
    [property: JsonPropertyName("predicted_bytes")] ByteSize Predicted,
    [property: JsonPropertyName("measured_bytes")] ByteSize Measured,
    double Percent,
    MemoryAccount PredictedParts,
    MemoryAccount MeasuredParts);

/// <summary>Whether errors stay within the limits.</summary>
/// <param name="Estimator">The estimator judged.</param>
/// <param name="Passed">True if no limit is exceeded.</param>
/// <param name="Failures">Exceeded limits, one per entry.</param>
public sealed record GateVerdict(string Estimator, bool Passed, IReadOnlyList<string> Failures);

/// <summary>What changed between two profiles of the same hardware.</summary>
/// <param name="Then">The older profile's name and evidence date.</param>
/// <param name="Now">The same for the newer one.</param>
/// <param name="Versions">Version changes, such as 'libtorch 2.9.0 to 2.10.0'.</param>
/// <param name="Constants">All constants, largest move first.</param>
public sealed record DriftRecord(string Then, string Now, IReadOnlyList<string> Versions, IReadOnlyList<ConstantDrift> Constants)
{
    /// <summary>How far a constant may move; null if no limit was given.</summary>
    public string? Limit { get; init; }

    /// <summary>The constants that moved further, by name; null if no limit was given.</summary>
    public IReadOnlyList<string>? Failed { get; init; }
}

/// <summary>How one constant moved.</summary>
/// <param name="Constant">Its name, such as 'modules bf16'.</param>
/// <param name="Then">Its old value, in bytes, or bytes per unit for a slope; null if there was none.</param>
/// <param name="Now">Its new value.</param>
/// <param name="Unit">'bytes', or 'bytes per UNIT' for a slope.</param>
/// <param name="Bytes">By how many bytes it moved a prediction; for a slope, that of the measured point that it matters most for.</param>
/// <param name="Moved">True if it moved by more than the sum of both spreads. What a profile lacks counts as zero.</param>
public sealed record ConstantDrift(
    string Constant, double? Then, double? Now, string Unit, [property: JsonPropertyName("moved_bytes")] double Bytes, bool Moved)
{
    /// <summary>Null if it is missing from either profile.</summary>
    public double? MovedBy() => Now - Then;

    /// <summary>In percent of the old value; null if that is missing or zero.</summary>
    public double? MovedByPercent() => Then is null or 0 ? null : 100 * MovedBy() / Math.Abs(Then.Value);
}
