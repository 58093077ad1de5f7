using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>What calibration learned of one hardware with its software: constants, how good they are, and on what evidence.</summary>
public sealed record HardwareProfile
{
    public const int CurrentSchema = 1;

    public int Schema { get; init; } = CurrentSchema;

    public required string Name { get; init; }

    public required HardwareKey Hardware { get; init; }

    /// <summary>The guide's one constant for all that is not weights, activations or cache, tuned.</summary>
    public required FittedConstant Overhead { get; init; }

    /// <summary>The bare runtime, or the CUDA context.</summary>
    public required FittedConstant Context { get; init; }

    /// <summary>Kernels and libraries loaded since, by data type and attention kernel where the data says that it matters.</summary>
    public required IReadOnlyList<KeyedConstant> Modules { get; init; }

    /// <summary>Kernels' scratch over the tensors' peak, by data type, where the estimators leave it open.</summary>
    public required IReadOnlyList<KeyedConstant> Workspace { get; init; }

    /// <summary>What the allocator under the tensors keeps, where no estimator simulates it; null where that lies in the residual.</summary>
    public LinearModel? Slack { get; init; }

    /// <summary>What is left over all parts that are known.</summary>
    public required LinearModel Residual { get; init; }

    /// <summary>Each estimator's errors on points that no fit has seen, and its interval.</summary>
    public required IReadOnlyList<EstimatorQuality> Estimators { get; init; }

    public required AxisRanges Ranges { get; init; }

    public required RecordCounts Counts { get; init; }

    public required Evidence Evidence { get; init; }
}

/// <summary>A constant that holds for a data type of the weights, and an attention kernel; null stands for all others.</summary>
public sealed record KeyedConstant(DataType? Dtype, AttentionKernel? Attention, FittedConstant Constant)
{
    public bool Holds(DataType dtype, AttentionKernel attention) => (Dtype is null || Dtype == dtype) && (Attention is null || Attention == attention);

    /// <summary>The constant of the keys that fit best; where none does, the largest.</summary>
    public static FittedConstant? Find(IEnumerable<KeyedConstant> constants, DataType dtype, AttentionKernel attention) => constants
        .OrderByDescending(c => c.Holds(dtype, attention))
        .ThenByDescending(c => c.Dtype is not null)
        .ThenByDescending(c => c.Attention is not null)
        .ThenByDescending(c => c.Constant.Value)
        .FirstOrDefault() is { } best && best.Holds(dtype, attention)
            ? best.Constant
            : constants.Select(c => c.Constant).OrderByDescending(c => c.Value).FirstOrDefault();
}

/// <summary>How one estimator does on held-out points.</summary>
/// <param name="Estimator">Its name.</param>
/// <param name="HalfWidth">Half of the 95 % interval, as a share of the predicted total.</param>
/// <param name="Guarantee">The coverage that split conformal prediction promises; less than 0.95 where too few points were kept for it.</param>
/// <param name="Before">Errors without the profile.</param>
/// <param name="After">Errors with it.</param>
public sealed record EstimatorQuality(string Estimator, double HalfWidth, double Guarantee, ErrorStatistics Before, ErrorStatistics After);

/// <summary>How many records a calibration read, and what became of them.</summary>
/// <param name="Read">All records.</param>
/// <param name="NotOk">Left out: out of memory, failed or timed out.</param>
/// <param name="Incomplete">Left out: device peak, context, modules or an estimate is not known.</param>
/// <param name="Points">Different points among the rest.</param>
/// <param name="Fitted">Records that the constants come from.</param>
/// <param name="Conformal">Records that the intervals come from.</param>
/// <param name="HeldOut">Records that the errors come from.</param>
public sealed record RecordCounts(int Read, int NotOk, int Incomplete, int Points, int Fitted, int Conformal, int HeldOut);

/// <summary>What a profile rests on.</summary>
/// <param name="Sha256">Of all records read, byte for byte as their lines stand, in the order of reading.</param>
/// <param name="Newest">Start of the newest record.</param>
/// <param name="Program">Version of this program that measured.</param>
/// <param name="Runtime">.NET's version.</param>
/// <param name="TorchSharp">The wrapper's version.</param>
/// <param name="Environment">Variables that change allocation or kernels.</param>
public sealed record Evidence(
    string Sha256,
    DateTimeOffset Newest,
    string Program,
    string Runtime,
    string TorchSharp,
    IReadOnlyDictionary<string, string> Environment);
