using System.Text.Json.Serialization;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Accuracy;

/// <summary>What <c>llmmem validate --json</c> prints.</summary>
/// <param name="Schema">Version of this record.</param>
/// <param name="Profile">The profile's name; null without one.</param>
/// <param name="HeldOutOnly">True where the results are the profile's own evidence, so that only held-out points count.</param>
/// <param name="Read">Records read.</param>
/// <param name="Skipped">Bad lines skipped.</param>
/// <param name="LeftOut">Records without a device peak, or that did not end well.</param>
/// <param name="Estimators">Each estimator's errors.</param>
/// <param name="Gate">The gate's verdict; null where none was asked for.</param>
/// <param name="Drift">What moved against another profile; null where none was given.</param>
/// <param name="Remarks">What else a reader should know, a line each.</param>
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

    /// <summary>Predicted traces against measured ones.</summary>
    public TraceValidation? Traces { get; init; }

    /// <summary>The verdict on the traces; null where none was asked for.</summary>
    public GateVerdict? TraceGate { get; init; }
}

/// <summary>One estimator against the records.</summary>
/// <param name="Estimator">Its name.</param>
/// <param name="Before">Without a profile; null where no point was left.</param>
/// <param name="After">With the profile; null without one.</param>
/// <param name="Parts">Part by part, with the profile where there is one.</param>
/// <param name="Worst">The points with the largest errors, worst first.</param>
public sealed record EstimatorValidation(
    string Estimator, ErrorStatistics? Before, ErrorStatistics? After, IReadOnlyList<PartError> Parts, IReadOnlyList<PointError> Worst);

/// <summary>How one part is predicted.</summary>
/// <param name="Part">Its name.</param>
/// <param name="Count">Points at which both sides know it.</param>
/// <param name="Mean">Mean of predicted − measured.</param>
/// <param name="Median">Median of the absolute differences.</param>
/// <param name="Maximum">The largest of them.</param>
public sealed record PartError(
    string Part,
    int Count,
    [property: JsonPropertyName("mean_bytes")] ByteSize Mean,
    [property: JsonPropertyName("median_bytes")] ByteSize Median,
    [property: JsonPropertyName("maximum_bytes")] ByteSize Maximum);

/// <summary>One prediction and its measurement.</summary>
public sealed record PointError(
    string PointId,
    string Title,
    [property: JsonPropertyName("predicted_bytes")] ByteSize Predicted,
    [property: JsonPropertyName("measured_bytes")] ByteSize Measured,
    double Percent,
    MemoryAccount PredictedParts,
    MemoryAccount MeasuredParts);

/// <summary>Whether the errors stay below what was asked.</summary>
/// <param name="Estimator">The estimator that is judged.</param>
/// <param name="Passed">True where no bound is broken.</param>
/// <param name="Failures">Each broken bound, a line each.</param>
public sealed record GateVerdict(string Estimator, bool Passed, IReadOnlyList<string> Failures);

/// <summary>What moved between two profiles of one hardware.</summary>
/// <param name="Then">The older profile's name and evidence date.</param>
/// <param name="Now">The newer's.</param>
/// <param name="Versions">What changed around the measurement, such as 'libtorch 2.9.0 to 2.10.0'.</param>
/// <param name="Constants">Each constant, the largest move first.</param>
public sealed record DriftRecord(string Then, string Now, IReadOnlyList<string> Versions, IReadOnlyList<ConstantDrift> Constants);

/// <summary>How one constant moved.</summary>
/// <param name="Constant">Its name, such as 'modules bf16'.</param>
/// <param name="Then">Its value before, in bytes, for a slope in bytes a unit; null where there was none.</param>
/// <param name="Now">Its value now.</param>
/// <param name="Unit">'bytes', or 'bytes per' the unit of a slope.</param>
/// <param name="Moved">True where it moved by more than both spreads together.</param>
public sealed record ConstantDrift(string Constant, double? Then, double? Now, string Unit, bool Moved)
{
    /// <summary>Null where it is not in both profiles.</summary>
    public double? MovedBy() => Now - Then;

    /// <summary>In percent of what it was; null where it was zero too.</summary>
    public double? MovedByPercent() => Then is null or 0 ? null : 100 * MovedBy() / Math.Abs(Then.Value);
}
