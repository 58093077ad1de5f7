using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>Calibration of one machine and its software: constants, their quality, and the evidence.</summary>
public sealed record HardwareProfile
{
    public const int CurrentSchema = 1;

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

    /// <summary>Memory cached by the allocator, where no estimator simulates it; null if it is part of the residual.</summary>
    public LinearModel? Slack { get; init; }

    /// <summary>What is left after all known parts.</summary>
    public required LinearModel Residual { get; init; }

    /// <summary>Per estimator: errors on held-out points, and the interval.</summary>
    public required IReadOnlyList<EstimatorQuality> Estimators { get; init; }

    public required AxisRanges Ranges { get; init; }

    public required RecordCounts Counts { get; init; }

    public required Evidence Evidence { get; init; }
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
/// <param name="HalfWidth">Half width of the 95 % interval, as a fraction of the predicted total.</param>
/// <param name="Guarantee">The coverage that split conformal prediction guarantees; below 0.95 with too few points.</param>
/// <param name="Before">Errors without the profile.</param>
/// <param name="After">Errors with it.</param>
public sealed record EstimatorQuality(string Estimator, double HalfWidth, double Guarantee, ErrorStatistics Before, ErrorStatistics After);

/// <summary>How many records calibration read, and how they were used.</summary>
/// <param name="Read">All records.</param>
/// <param name="NotOk">Excluded: out of memory, failed, or timed out.</param>
/// <param name="Incomplete">Excluded: device peak, context, modules, or an estimate is missing.</param>
/// <param name="Points">Distinct points among the rest.</param>
/// <param name="Fitted">Records used to fit constants.</param>
/// <param name="Conformal">Records used for intervals.</param>
/// <param name="HeldOut">Records used to report errors.</param>
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
