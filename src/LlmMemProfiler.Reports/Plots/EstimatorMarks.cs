using LlmMemProfiler.Core.Estimation;
using ScottPlot;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>One mark an estimator, the same in every plot: they differ in shape where colors do not print.</summary>
/// <remarks>
/// Of ScottPlot's marks only filled ones, squares and circles will do. The others (open triangles and diamonds, crosses, stars)
/// leave their native path to the garbage collector, which may free it while it is still being drawn: the process then dies.
/// </remarks>
internal static class EstimatorMarks
{
    private static readonly MarkerShape[] Safe =
    [
        MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond, MarkerShape.OpenCircle,
        MarkerShape.OpenSquare,
    ];

    /// <summary>What was measured.</summary>
    public const MarkerShape Measured = MarkerShape.FilledSquare;

    public static MarkerShape Of(string estimator) => estimator switch
    {
        GuideEstimator.Name => MarkerShape.FilledTriangleUp,
        AnalyticEstimator.Name => MarkerShape.OpenSquare,
        SimulatedEstimator.Name => MarkerShape.FilledCircle,
        _ => MarkerShape.FilledDiamond,
    };

    /// <summary>The legend's line for an estimator.</summary>
    public static LegendEntry Entry(string estimator) => new(estimator, LineColors.Of(estimator), IsLine: false) { Marker = Of(estimator) };

    /// <exception cref="ArgumentOutOfRangeException">A mark that cannot be drawn safely.</exception>
    public static MarkerStyle Style(MarkerShape shape, Color color, float size) => Safe.Contains(shape)
        ? new(shape, size, color) { LineColor = color, LineWidth = 1.4f, OutlineWidth = 0 }
        : throw new ArgumentOutOfRangeException(nameof(shape), shape, "leaves its path to the garbage collector");
}
