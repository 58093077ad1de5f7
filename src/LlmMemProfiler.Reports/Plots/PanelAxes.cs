using ScottPlot;
using ScottPlot.TickGenerators;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>The look of a panel's axes.</summary>
internal static class PanelAxes
{
    /// <summary>Room left of the data for numbers and the axis's name, the same in all panels so that they stand in line.</summary>
    public const float LeftWidth = 62;

    /// <param name="plot">The panel.</param>
    /// <param name="unit">The unit of the numbers upwards.</param>
    /// <param name="withSeconds">Whether the lower axis has numbers and a name.</param>
    /// <param name="timeless">Nothing happened at any time: no ticks below.</param>
    public static void Style(Plot plot, string unit, bool withSeconds, bool timeless)
    {
        plot.Axes.Top.IsVisible = false;
        plot.Axes.Right.IsVisible = false;
        foreach (var axis in new IAxis[] { plot.Axes.Left, plot.Axes.Bottom })
        {
            axis.TickLabelStyle.FontSize = 11;
            axis.TickLabelStyle.ForeColor = LineColors.Text;
            axis.FrameLineStyle.Color = LineColors.Quiet;
            axis.MajorTickStyle.Color = LineColors.Quiet;
            axis.MinorTickStyle.Length = 0;
        }

        plot.Axes.Left.MinimumSize = plot.Axes.Left.MaximumSize = LeftWidth;
        // ScottPlot centers the whole line of text; digits, which have no descenders, would stand too high.
        plot.Axes.Left.TickLabelStyle.OffsetY = 2;
        plot.Axes.Left.TickGenerator = new NumericAutomatic { TickDensity = 0.5 };
        Name(plot.Axes.Left.Label, $"memory [{unit}]");

        plot.Axes.Bottom.TickLabelStyle.IsVisible = withSeconds;
        if (withSeconds)
            Name(plot.Axes.Bottom.Label, "seconds since the run's start");
        plot.Axes.Bottom.TickGenerator = timeless ? new EmptyTickGenerator() : new NumericAutomatic { TickDensity = 0.6 };

        plot.Grid.MajorLineColor = LineColors.Grid;
        plot.Grid.XAxisStyle.IsVisible = false;
    }

    private static void Name(LabelStyle label, string text)
    {
        label.Text = text;
        label.FontSize = 12;
        label.Bold = false;
        label.ForeColor = LineColors.Text;
    }
}
