using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>A part that follows from shapes only roughly: a constant, and a slope for each share of the memory that moves it.</summary>
public sealed record LinearModel
{
    [JsonPropertyName("constant_bytes")]
    public required ByteSize Constant { get; init; }

    /// <summary>The constant's standard error.</summary>
    [JsonPropertyName("constant_error_bytes")]
    public required ByteSize ConstantError { get; init; }

    public required IReadOnlyList<Slope> Slopes { get; init; }

    /// <summary>Points that it was fitted on.</summary>
    public required int Count { get; init; }

    /// <summary>Robust standard deviation of what the model leaves, as a share of the device total.</summary>
    public required double Spread { get; init; }

    /// <summary>Points that the fit gave no weight.</summary>
    public required int Outliers { get; init; }

    public required int Iterations { get; init; }

    /// <summary>The part predicted for a point.</summary>
    public ByteSize Of(ModelFacts model, WorkloadFacts workload)
    {
        var sum = (double)Constant.Bytes;
        foreach (var slope in Slopes)
            sum += slope.PerUnit * ShapeFeature.Named(slope.Feature).Of(model, workload);
        return new(checked((long)Math.Round(sum)));
    }
}

/// <summary>Bytes for each unit of a feature.</summary>
/// <param name="Feature">The feature's name.</param>
/// <param name="Unit">What it counts.</param>
/// <param name="PerUnit">The slope.</param>
/// <param name="StandardError">The slope's standard error.</param>
public sealed record Slope(string Feature, string Unit, double PerUnit, double StandardError);
