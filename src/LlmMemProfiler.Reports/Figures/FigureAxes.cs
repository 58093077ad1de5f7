using LlmMemProfiler.Reports.Plots;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>Styles a figure's axes.</summary>
internal static class FigureAxes
{
    /// <summary>Default width of row labels, in page units.</summary>
    public const float RowsWidth = 300;

    /// <summary>Font size of tick labels.</summary>
    public const float LabelSize = 10.5f;

    public static void Style(Plot plot, Panel panel, bool isNarrow)
    {
        plot.Axes.Top.IsVisible = false;
        plot.Axes.Right.IsVisible = false;
        foreach (var (axis, value) in new (IAxis, ValueAxis)[] { (plot.Axes.Left, panel.Y), (plot.Axes.Bottom, panel.X) })
        {
            axis.TickLabelStyle.FontSize = LabelSize;
            axis.TickLabelStyle.ForeColor = LineColors.Text;
            axis.FrameLineStyle.Color = LineColors.Quiet;
            axis.MajorTickStyle.Color = LineColors.Quiet;
            axis.MinorTickStyle.Length = 0;
            axis.TickGenerator = value.Ticks(value == panel.X && isNarrow ? 3 : int.MaxValue);
        }
        Name(plot.Axes.Left.Label, panel.Y.Name);
        Name(plot.Axes.Bottom.Label, panel.X.Name);
        // ScottPlot centers the full line height; digits have no descenders and would sit too high.
        plot.Axes.Left.TickLabelStyle.OffsetY = 2;
        plot.Axes.Left.MinimumSize = plot.Axes.Left.MaximumSize = 72;
        plot.Grid.MajorLineColor = LineColors.Grid;
        if (panel.Rows is { } rows)
        {
            plot.Axes.Left.MinimumSize = plot.Axes.Left.MaximumSize = panel.RowsWidth;
            plot.Axes.Left.TickGenerator = new NumericManual([.. rows.Select(r => r.Place)], [.. rows.Select(r => DrawableText.Of(r.Text))]);
            plot.Axes.Left.MajorTickStyle.Length = 0;
            plot.Grid.YAxisStyle.IsVisible = false;
        }
    }

    private static void Name(LabelStyle label, string text)
    {
        label.Text = text;
        label.FontSize = 11.5f;
        label.Bold = false;
        label.ForeColor = LineColors.Text;
    }
}
