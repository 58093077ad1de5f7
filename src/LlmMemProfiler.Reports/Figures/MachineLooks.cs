using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Reports.Data;
using LlmMemProfiler.Reports.Plots;
using ScottPlot;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>
/// What marks look like where points of several machines may lie in one plot: estimators differ in shape, and machines in color; of
/// one machine, estimators differ in both.
/// </summary>
/// <param name="points">All points of the figure.</param>
internal sealed class MachineLooks(IReadOnlyList<ReportPoint> points)
{
    // Okabe and Ito (2008): told apart with any color vision, and in print.
    private static readonly Color[] Palette =
        [.. ((string[])["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B8860B", "#56B4E9", "#7D3C98", "#4A4A4A"]).Select(Color.FromHex)];

    public IReadOnlyList<Machine> Machines { get; } = Machine.Of(points);

    public bool AreSeveral => Machines.Count > 1;

    /// <summary>Meaning of colors and shapes, of the estimators whose predictions can be compared.</summary>
    public IReadOnlyList<LegendEntry> Legend(PointSeries series)
    {
        var compared = series.Levels.SelectMany(level => level.Compare(series.Points)).Select(p => p.Estimator).ToHashSet();
        var estimators = PredictedAgainstMeasured.Names(points).Where(compared.Contains).Select(EstimatorMarks.Entry);
        return AreSeveral
            ? [.. Machines.Select(m => new LegendEntry(m.Name, ColorOf(m), IsLine: false)), .. estimators.Select(e => e with { Color = LineColors.Quiet })]
            : [.. estimators];
    }

    public static Color ColorOf(Machine machine) => Palette[machine.Number % Palette.Length];

    public Color ColorOf(Prediction<ReportPoint> prediction) =>
        AreSeveral ? ColorOf(prediction.Point.Machine) : LineColors.Of(prediction.Estimator);

    /// <summary>Says whose numbers follow; nothing where there is only one machine.</summary>
    public string Prefix(Machine machine) => AreSeveral ? $"{machine.Name}: " : "";
}
