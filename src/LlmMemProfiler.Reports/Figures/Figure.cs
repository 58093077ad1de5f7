using LlmMemProfiler.Reports.Plots;
using ScottPlot;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>One plot of a figure.</summary>
/// <param name="Heading">Above the plot.</param>
/// <param name="X">The bottom axis.</param>
/// <param name="Y">The left axis.</param>
/// <param name="Fill">Draws the data.</param>
internal sealed record Panel(string Heading, ValueAxis X, ValueAxis Y, Action<Plot> Fill)
{
    /// <summary>Row labels on the left axis, with their positions; null for a numeric axis.</summary>
    public IReadOnlyList<(double Place, string Text)>? Rows { get; init; }

    /// <summary>Width of the row labels, in page units.</summary>
    public float RowsWidth { get; init; } = FigureAxes.RowsWidth;

    /// <summary>Text to show instead of an empty plot; null if there is data.</summary>
    public string? EmptyText { get; init; }
}

/// <summary>A figure of a report, with its texts.</summary>
/// <param name="Name">File name without extension.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Note">Sentences below the title: how it was made, what it omits, and the verdict.</param>
/// <param name="Legend">Meaning of colors and markers.</param>
/// <param name="Panels">In rows, left to right.</param>
internal sealed record Figure(
    string Name, string Title, IReadOnlyList<string> Note, IReadOnlyList<LegendEntry> Legend, IReadOnlyList<Panel> Panels)
{
    public const int Width = 960;

    /// <summary>Panels per row.</summary>
    public int Columns { get; init; } = 2;

    /// <summary>Height of the data area of a panel, in page units.</summary>
    public int PanelHeight { get; init; } = 340;

    /// <summary>Alternative text for the image.</summary>
    public string Alt => $"{Title}. {string.Join(' ', Note)}";
}
