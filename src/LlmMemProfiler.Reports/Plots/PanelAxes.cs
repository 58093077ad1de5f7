using ScottPlot;
using ScottPlot.TickGenerators;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>Styles a panel's axes.</summary>
internal static class PanelAxes
{
    /// <summary>Width of the left axis, the same in all panels so that they align.</summary>
    public const float LeftWidth = 62;

    /// <param name="plot">The panel.</param>
    /// <param name="unit">Unit of the memory axis.</param>
    /// <param name="time">Name of the time axis; null to leave it without one.</param>
    /// <param name="timeless">True if nothing was recorded over time: no time ticks.</param>
    public static void Style(Plot plot, string unit, string? time, bool timeless)
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
        // ScottPlot centers the full line height; digits have no descenders and would sit too high.
        plot.Axes.Left.TickLabelStyle.OffsetY = 2;
        plot.Axes.Left.TickGenerator = new NumericAutomatic { TickDensity = 0.5 };
        Name(plot.Axes.Left.Label, $"memory [{unit}]");

        plot.Axes.Bottom.TickLabelStyle.IsVisible = time is not null;
        if (time is not null)
            Name(plot.Axes.Bottom.Label, time);
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
