using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>A part that follows only roughly from shapes: a constant plus a slope per feature.</summary>
public sealed record LinearModel
{
    [JsonPropertyName("constant_bytes")]
    public required ByteSize Constant { get; init; }

    /// <summary>The constant's standard error.</summary>
    [JsonPropertyName("constant_error_bytes")]
    public required ByteSize ConstantError { get; init; }

    public required IReadOnlyList<Slope> Slopes { get; init; }

    /// <summary>Points fitted.</summary>
    public required int Count { get; init; }

    /// <summary>Robust standard deviation of the residuals, as a fraction of the device total.</summary>
    public required double Spread { get; init; }

    /// <summary>Points that got zero weight.</summary>
    public required int Outliers { get; init; }

    public required int Iterations { get; init; }

    /// <summary>Mean absolute error of this part on the held-out extremes, in percent of the device total.</summary>
    [JsonPropertyName("held_out_percent")]
    public required double HeldOutPercent { get; init; }

    /// <summary>Predicts the part for a point.</summary>
    public ByteSize Of(ModelFacts model, WorkloadFacts workload)
    {
        var sum = (double)Constant.Bytes;
        foreach (var slope in Slopes)
            sum += slope.PerUnit * ShapeFeature.Named(slope.Feature).Of(model, workload);
        return new(checked((long)Math.Round(sum)));
    }
}

/// <summary>Bytes per unit of a feature.</summary>
/// <param name="Feature">The feature's name.</param>
/// <param name="Unit">What it counts.</param>
/// <param name="PerUnit">The slope.</param>
/// <param name="StandardError">The slope's standard error.</param>
/// <param name="HeldOutWithoutPercent">The part's held-out error before this slope was added.</param>
public sealed record Slope(string Feature, string Unit, double PerUnit, double StandardError, double HeldOutWithoutPercent);
