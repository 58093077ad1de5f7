using LlmMemProfiler.Core.Measurement;
using ScottPlot;

namespace LlmMemProfiler.Reports;

/// <summary>One colour a part and a line a level, the same in every picture; ordered in lightness, so that grey tells them apart too.</summary>
internal static class PartColours
{
    public static Color Of(Part part) => Color.FromHex(part switch
    {
        Part.Weights => "#1f3a5f",
        Part.KvCache => "#3f7cac",
        Part.Activations => "#e07a1f",
        Part.Logits => "#f2c14e",
        Part.Inputs => "#7a5195",
        Part.Workspace => "#9fc9a8",
        Part.Rounding => "#b8c4d0",
        Part.Slack => "#d5dce4",
        Part.Context => "#8d99a6",
        Part.Modules => "#aab4bf",
        Part.Overhead => "#c9b79c",
        Part.Residual => "#e3e3e3",
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "not a part"),
    });

    /// <summary>What the operating system or the driver counts.</summary>
    public static Color Device { get; } = Color.FromHex("#222222");

    /// <summary>An estimator's lines.</summary>
    public static Color OfEstimator(string estimator) => Color.FromHex(estimator switch
    {
        "guide" => "#c1121f",
        "analytic" => "#2a9d2a",
        _ => "#0b6e4f",
    });
}
