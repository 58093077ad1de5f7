using LlmMemProfiler.Core.Estimation;
using ScottPlot;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>How lines look, the same in every plot: estimators differ in color and in dashes, and nothing measured is dashed.</summary>
public static class LineColors
{
    /// <summary>What the operating system or the driver counts.</summary>
    public static Color Device { get; } = Color.FromHex("#1A1A1A");

    /// <summary>Axes and text of second rank.</summary>
    public static Color Quiet { get; } = Color.FromHex("#5C6369");

    public static Color Text { get; } = Color.FromHex("#1F2428");

    public static Color Grid { get; } = Color.FromHex("#E7E9EB");

    public static Color PhaseBoundary { get; } = Color.FromHex("#868E96");

    /// <summary>For a run that did not end well.</summary>
    public static Color Alarm { get; } = Color.FromHex("#B3261E");

    public static Color Of(string estimator) => Color.FromHex(estimator switch
    {
        GuideEstimator.Name => "#A0127A",
        AnalyticEstimator.Name => "#0B6E4F",
        SimulatedEstimator.Name => "#0B50C8",
        _ => "#4A4A4A",
    });

    /// <summary>Lengths of dashes and gaps, in the page's units.</summary>
    public static LinePattern Pattern(string estimator) => estimator switch
    {
        GuideEstimator.Name => new([11, 5], 0, estimator),
        AnalyticEstimator.Name => new([2, 3], 0, estimator),
        SimulatedEstimator.Name => new([6, 3], 0, estimator),
        _ => new([11, 3, 2, 3], 0, estimator),
    };
}
