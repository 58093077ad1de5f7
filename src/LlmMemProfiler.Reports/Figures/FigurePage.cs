using LlmMemProfiler.Reports.Plots;
using ScottPlot;
using SkiaSharp;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>Lays out the title, notes, legend, and panels of a figure.</summary>
internal sealed class FigurePage(Figure figure)
{
    private const float Margin = 14, AxisWidth = 78, Below = 54, Heading = 30, LineHeight = 16;

    /// <summary>PNG pixels per page unit.</summary>
    private const float PixelsPerUnit = 1600f / Figure.Width;

    private static readonly PageText TitleStyle = new(17, LineColors.Text, Bold: true);
    private static readonly PageText NoteStyle = new(11.5f, LineColors.Quiet);
    private static readonly PageText HeadingStyle = new(12.5f, LineColors.Text, Bold: true);
    private static readonly PageText EmptyStyle = new(13, LineColors.Quiet);

    public byte[] Png()
    {
        var drawing = Layout();
        return drawing.Png((int)(drawing.PageWidth * PixelsPerUnit), (int)(drawing.PageHeight * PixelsPerUnit));
    }

    public string Svg() => Layout().Svg();

    private PageDrawing Layout()
    {
        PlotFont.Use();
        string[] note = [.. figure.Note.SelectMany(n => TextLines.Break(n, NoteStyle, Figure.Width - 2 * Margin))];
        using var nowhere = new SKNoDrawCanvas(Figure.Width, 10);
        var legend = 48 + note.Length * LineHeight + 6;
        var top = new LegendRow(figure.Legend).Draw(nowhere, Margin, Figure.Width - Margin, legend) + 8;
        var rows = (figure.Panels.Count + figure.Columns - 1) / figure.Columns;
        var height = (int)(top + rows * (Heading + figure.PanelHeight + Below));
        return new(Figure.Width, height, canvas =>
        {
            canvas.Clear(SKColors.White);
            var (style, title) = TitleStyle.Fit(figure.Title, Figure.Width - 2 * Margin);
            style.Draw(canvas, title, Margin, 29);
            for (var i = 0; i < note.Length; i++)
                NoteStyle.Draw(canvas, note[i], Margin, 49 + i * LineHeight);
            new LegendRow(figure.Legend).Draw(canvas, Margin, Figure.Width - Margin, legend);
            for (var i = 0; i < figure.Panels.Count; i++)
                Draw(canvas, figure.Panels[i], Place(i, top), height);
        });
    }

    private PixelRect Place(int i, float top)
    {
        var width = (Figure.Width - Margin) / figure.Columns;
        var left = i % figure.Columns * width + (figure.Panels[i].Rows is null ? AxisWidth : figure.Panels[i].RowsWidth + 12);
        var y = top + i / figure.Columns * (Heading + figure.PanelHeight + Below) + Heading;
        return new(left, (i % figure.Columns + 1) * width - 4, y + figure.PanelHeight, y);
    }

    private static void Draw(SKCanvas canvas, Panel panel, PixelRect data, int pageHeight)
    {
        var (style, heading) = HeadingStyle.Fit(panel.Heading, data.Width);
        style.Draw(canvas, heading, data.Left, data.Top - 8);
        if (panel.EmptyText is { } empty)
        {
            var (fitting, text) = EmptyStyle.Fit(empty, data.Width);
            fitting.DrawOnWhite(canvas, text, data.HorizontalCenter, data.VerticalCenter);
            return;
        }
        using var plot = new Plot();
        plot.FigureBackground.Color = Colors.Transparent;
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        plot.Layout.Fixed(data);
        plot.Legend.IsVisible = false;
        panel.Fill(plot);
        plot.Axes.SetLimits(panel.X.Low, panel.X.High, panel.Y.Low, panel.Y.High);
        FigureAxes.Style(plot, panel, isNarrow: data.Width < 300);
        // ScottPlot draws twice if the limits changed since the last render; an SVG would keep both.
        using var dry = new SKNoDrawCanvas(Figure.Width, pageHeight);
        var page = new PixelRect(0, Figure.Width, pageHeight, 0);
        plot.Render(dry, page);
        plot.Render(canvas, page);
    }
}
