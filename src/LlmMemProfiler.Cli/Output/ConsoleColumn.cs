using Spectre.Console;
using Spectre.Console.Rendering;

namespace LlmMemProfiler.Cli.Output;

/// <summary>A column of a <see cref="ConsoleTable"/>, with its cells.</summary>
/// <param name="Head">Head; its words may wrap.</param>
/// <param name="Name">What the column is called where it is left out.</param>
/// <param name="Rank">0 stays; of the others the highest is left out first.</param>
internal sealed record ConsoleColumn(string Head, string Name, int Rank)
{
    public Justify Alignment { get; init; }

    /// <summary>Last cell, below a line; empty for none.</summary>
    public string Foot { get; init; } = "";

    public List<string> Cells { get; } = [];

    /// <summary>Width where nothing wraps, in characters of a terminal; a Chinese one takes two.</summary>
    public int Natural => Math.Max(Width(Head), Body);

    /// <summary>Width where nothing wraps but the head.</summary>
    public int Least => Math.Max(Head.Split(' ').Max(Width), Body);

    /// <summary>Each word on a line of its own where the head is too wide: wrapped by Spectre, it would keep a space at the line's end.</summary>
    public string HeadIn(int width) => width < Width(Head) ? Head.Replace(' ', '\n') : Head;

    private int Body => Cells.Append(Foot).Max(Width);

    private static int Width(string text) => text.Split('\n').Max(line => new Segment(line).CellCount());
}
