using LlmMemProfiler.Core.Estimation;
using ScottPlot;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>One mark an estimator, the same in every plot: they differ in shape where colours do not print.</summary>
internal static class EstimatorMarks
{
    /// <summary>What was measured.</summary>
    public const MarkerShape Measured = MarkerShape.FilledSquare;

    public static MarkerShape Of(string estimator) => estimator switch
    {
        GuideEstimator.Name => MarkerShape.OpenTriangleUp,
        AnalyticEstimator.Name => MarkerShape.OpenSquare,
        SimulatedEstimator.Name => MarkerShape.FilledCircle,
        _ => MarkerShape.OpenDiamond,
    };

    /// <summary>The legend's line for an estimator.</summary>
    public static LegendEntry Entry(string estimator) => new(estimator, LineColours.Of(estimator), IsLine: false) { Marker = Of(estimator) };

    public static MarkerStyle Style(MarkerShape shape, Color colour, float size) =>
        new(shape, size, colour) { LineColor = colour, LineWidth = 1.4f, OutlineWidth = 0 };
}
