using LlmMemProfiler.Reports.Plots;
using ScottPlot;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>A pair of axes of a figure.</summary>
/// <param name="Heading">Over the axes.</param>
/// <param name="X">The lower axis.</param>
/// <param name="Y">The left axis.</param>
/// <param name="Fill">Adds what is to be seen.</param>
internal sealed record Panel(string Heading, ValueAxis X, ValueAxis Y, Action<Plot> Fill)
{
    /// <summary>Names that stand at the left axis instead of numbers, with their places; null for numbers.</summary>
    public IReadOnlyList<(double Place, string Text)>? Rows { get; init; }

    /// <summary>Room for these names, in page units.</summary>
    public float RowsWidth { get; init; } = FigureAxes.RowsWidth;

    /// <summary>What to say where there is nothing to show; null where there is.</summary>
    public string? Nothing { get; init; }
}

/// <summary>A picture of a report, with what stands around it.</summary>
/// <param name="Name">Of its files, without an ending.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Note">One or more sentences: how it is made, what it leaves out, and the verdict. They stand below the title.</param>
/// <param name="Legend">What colors and marks are.</param>
/// <param name="Panels">In rows from left to right.</param>
internal sealed record Figure(
    string Name, string Title, IReadOnlyList<string> Note, IReadOnlyList<LegendEntry> Legend, IReadOnlyList<Panel> Panels)
{
    public const int Width = 960;

    /// <summary>Panels side by side.</summary>
    public int Columns { get; init; } = 2;

    /// <summary>Height of the space between the axes of one panel, in page units.</summary>
    public int PanelHeight { get; init; } = 340;

    /// <summary>What one who does not see the picture is told.</summary>
    public string Alt => $"{Title}. {string.Join(' ', Note)}";
}
