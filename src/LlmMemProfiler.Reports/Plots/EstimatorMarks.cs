using LlmMemProfiler.Core.Estimation;
using ScottPlot;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>One marker per estimator, the same in every plot; shapes differ in case colors do not print.</summary>
/// <remarks>
/// Of ScottPlot's markers, only filled ones, squares, and circles are safe. The others (open triangles and diamonds, crosses,
/// stars) leave their native path to the garbage collector, which may free it while being drawn and crash the process.
/// </remarks>
internal static class EstimatorMarks
{
    private static readonly MarkerShape[] Safe =
    [
        MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond, MarkerShape.OpenCircle,
        MarkerShape.OpenSquare,
    ];

    /// <summary>Measured values.</summary>
    public const MarkerShape Measured = MarkerShape.FilledSquare;

    public static MarkerShape Of(string estimator) => estimator switch
    {
        GuideEstimator.Name => MarkerShape.FilledTriangleUp,
        AnalyticEstimator.Name => MarkerShape.OpenSquare,
        SimulatedEstimator.Name => MarkerShape.FilledCircle,
        _ => MarkerShape.FilledDiamond,
    };

    /// <summary>The legend entry of an estimator.</summary>
    public static LegendEntry Entry(string estimator) => new(estimator, LineColors.Of(estimator), IsLine: false) { Marker = Of(estimator) };

    /// <exception cref="ArgumentOutOfRangeException">A marker that cannot be drawn safely.</exception>
    public static MarkerStyle Style(MarkerShape shape, Color color, float size) => Safe.Contains(shape)
        ? new(shape, size, color) { LineColor = color, LineWidth = 1.4f, OutlineWidth = 0 }
        : throw new ArgumentOutOfRangeException(nameof(shape), shape, "leaves its path to the garbage collector");
}
