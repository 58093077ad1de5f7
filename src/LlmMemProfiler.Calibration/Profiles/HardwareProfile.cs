using System.Text.Json.Serialization;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>Calibration of one machine and its software: constants, their quality, and the evidence.</summary>
public sealed record HardwareProfile
{
    public const int CurrentSchema = 2;

    public int Schema { get; init; } = CurrentSchema;

    public required string Name { get; init; }

    public required HardwareKey Hardware { get; init; }

    /// <summary>The guide's constant for everything but weights, activations, and cache, tuned.</summary>
    public required FittedConstant Overhead { get; init; }

    /// <summary>The bare runtime, or the CUDA context.</summary>
    public required FittedConstant Context { get; init; }

    /// <summary>Kernels and libraries loaded later, by data type and attention kernel where the data shows a difference.</summary>
    public required IReadOnlyList<KeyedConstant> Modules { get; init; }

    /// <summary>Kernels' scratch on top of the tensor peak, by data type, where the estimators do not predict it.</summary>
    public required IReadOnlyList<KeyedConstant> Workspace { get; init; }

    /// <summary>
    /// Memory cached by the allocator, where no estimator simulates it: what a preallocated cache leaves, by data type and attention
    /// kernel. Empty if it is part of the residual.
    /// </summary>
    public required IReadOnlyList<KeyedConstant> Slack { get; init; }

    /// <summary>What else is cached, by shapes; null if it is part of the residual.</summary>
    public LinearModel? SlackGrowth { get; init; }

    /// <summary>What is left after all known parts.</summary>
    public required LinearModel Residual { get; init; }

    /// <summary>Per estimator: errors on held-out points, and the interval.</summary>
    public required IReadOnlyList<EstimatorQuality> Estimators { get; init; }

    public required AxisRanges Ranges { get; init; }

    public required RecordCounts Counts { get; init; }

    public required Evidence Evidence { get; init; }

    /// <summary>True if its constants say something about hardware of this kind and level.</summary>
    public bool Fits(HardwareKey hardware) => (hardware.Kind, hardware.Level) == (Hardware.Kind, Hardware.Level);

    /// <summary>Refuses to be applied to what its constants say nothing about.</summary>
    /// <param name="kind">The kind of device predicted or measured.</param>
    /// <param name="level">What its totals count; null if they are only predicted.</param>
    /// <exception cref="InputException">Another kind of device, or another level.</exception>
    public void RequireFits(DeviceKind kind, DeviceLevel? level = null)
    {
        if (kind != Hardware.Kind)
            throw new InputException($"profile {Name} was calibrated on {Hardware.Kind.Name()}, not on {kind.Name()}; pass a profile of that kind, or none");
        if (level is { } counted && counted != Hardware.Level)
        {
            throw new InputException(
                $"profile {Name} predicts {Hardware.Level.Name()} totals, and the results have {counted.Name()} ones; measure again, or pass a profile fitted to such results");
        }
    }
}

/// <summary>A constant for a weight type and an attention kernel; null means all others.</summary>
public sealed record KeyedConstant(DataType? Dtype, AttentionKernel? Attention, FittedConstant Constant)
{
    public bool Matches(DataType dtype, AttentionKernel attention) => (Dtype is null || Dtype == dtype) && (Attention is null || Attention == attention);

    /// <summary>The constant with the best matching keys; the largest if none match.</summary>
    public static FittedConstant? Find(IEnumerable<KeyedConstant> constants, DataType dtype, AttentionKernel attention) => constants
        .OrderByDescending(c => c.Matches(dtype, attention))
        .ThenByDescending(c => c.Dtype is not null)
        .ThenByDescending(c => c.Attention is not null)
        .ThenByDescending(c => c.Constant.Value)
        .FirstOrDefault() is { } best && best.Matches(dtype, attention)
            ? best.Constant
            : constants.Select(c => c.Constant).OrderByDescending(c => c.Value).FirstOrDefault();
}

/// <summary>How one estimator does on held-out points.</summary>
/// <param name="Estimator">Its name.</param>
/// <param name="HalfWidths">Half widths of the interval inside the fitted range.</param>
/// <param name="Guarantee">The coverage there that split conformal prediction guarantees over all groups together; below 0.95 with too few points.</param>
/// <param name="Extremes">Errors on the held-out extremes, by axis: the interval widens by them beyond the fitted range.</param>
/// <param name="Before">Errors without the profile.</param>
/// <param name="After">Errors with it, and the coverage of the interval not widened.</param>
public sealed record EstimatorQuality(
    string Estimator, HalfWidths HalfWidths, double Guarantee, IReadOnlyList<ExtremeError> Extremes, ErrorStatistics Before, ErrorStatistics After)
{
    /// <summary>What the interval promises, and what it kept.</summary>
    [JsonIgnore]
    public IntervalFacts Interval => new(Guarantee, After.Count, (int)Math.Round((After.Coverage ?? 0) * After.Count));
}

/// <summary>An estimator's errors on the points at the end of an axis.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Cache">Their cache policy: what one that grows leaves behind says nothing of another.</param>
/// <param name="Count">Points.</param>
/// <param name="Worst">The largest absolute error, in half widths of its point.</param>
public sealed record ExtremeError(string Axis, CachePolicy Cache, int Count, double Worst);

/// <summary>How many records calibration read, and how they were used.</summary>
/// <param name="Read">All records.</param>
/// <param name="NotOk">Excluded: out of memory, failed, or timed out.</param>
/// <param name="Incomplete">Excluded: device peak, context, modules, or an estimate is missing.</param>
/// <param name="Points">Distinct points among the rest.</param>
/// <param name="Fitted">Records used to fit constants.</param>
/// <param name="Conformal">Records used for intervals.</param>
/// <param name="HeldOut">Records used to choose slopes and to report errors: the extremes.</param>
public sealed record RecordCounts(int Read, int NotOk, int Incomplete, int Points, int Fitted, int Conformal, int HeldOut);

/// <summary>The evidence behind a profile.</summary>
/// <param name="Sha256">Hash of all lines read, byte for byte, in reading order.</param>
/// <param name="Newest">Start time of the newest record.</param>
/// <param name="Program">Version of llmmem that measured.</param>
/// <param name="Runtime">.NET version.</param>
/// <param name="TorchSharp">TorchSharp version.</param>
/// <param name="Environment">Variables that change allocation or kernels.</param>
public sealed record Evidence(
    string Sha256,
    DateTimeOffset Newest,
    string Program,
    string Runtime,
    string TorchSharp,
    IReadOnlyDictionary<string, string> Environment);
