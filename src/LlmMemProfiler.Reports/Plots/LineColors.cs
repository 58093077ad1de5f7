using LlmMemProfiler.Core.Estimation;
using ScottPlot;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>Line styles, the same in every plot: estimators differ in color and dashes; measured lines are solid.</summary>
public static class LineColors
{
    /// <summary>The OS's or driver's count.</summary>
    public static Color Device { get; } = Color.FromHex("#1A1A1A");

    /// <summary>Axes and secondary text.</summary>
    public static Color Quiet { get; } = Color.FromHex("#5C6369");

    public static Color Text { get; } = Color.FromHex("#1F2428");

    public static Color Grid { get; } = Color.FromHex("#E7E9EB");

    public static Color PhaseBoundary { get; } = Color.FromHex("#868E96");

    /// <summary>A run that was not ok.</summary>
    public static Color Alarm { get; } = Color.FromHex("#B3261E");

    public static Color Of(string estimator) => Color.FromHex(estimator switch
    {
        GuideEstimator.Name => "#A0127A",
        AnalyticEstimator.Name => "#0B6E4F",
        SimulatedEstimator.Name => "#0B50C8",
        _ => "#4A4A4A",
    });

    /// <summary>Lengths of dashes and gaps, in page units.</summary>
    public static LinePattern Pattern(string estimator) => estimator switch
    {
        GuideEstimator.Name => new([11, 5], 0, estimator),
        AnalyticEstimator.Name => new([2, 3], 0, estimator),
        SimulatedEstimator.Name => new([6, 3], 0, estimator),
        _ => new([11, 3, 2, 3], 0, estimator),
    };
}
