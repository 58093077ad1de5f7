using LlmMemProfiler.Core;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LlmMemProfiler.Cli.Output;

/// <summary>
/// A table that fits the console: labels keep their width, and where numbers have no room, whole columns are left out,
/// which the line below the table says. Text is shown as it is, in one line; none is read as Spectre's markup.
/// </summary>
internal sealed class ConsoleTable : Renderable
{
    private readonly List<ConsoleColumn> columns = [];

    public bool ShowHeads { get; init; } = true;

    /// <summary>Adds text that is never left out, such as what rows are known by; it wraps only where all else is left out, the widest first.</summary>
    public ConsoleTable Label(string head, string foot = "") => Add(new(head, head, 0) { Foot = foot });

    /// <summary>Adds words that may be left out.</summary>
    public ConsoleTable Word(string head, int rank, string? name = null) => Add(new(head, name ?? head, rank));

    /// <summary>Adds numbers, aligned to the right.</summary>
    /// <param name="head">Head of the column; its words may wrap.</param>
    /// <param name="rank">0 stays; of the others the highest is left out first, and of equals the one farther left.</param>
    /// <param name="name">What the column is called where it is left out, if its head alone does not tell.</param>
    /// <param name="foot">Last cell, below a line.</param>
    public ConsoleTable Number(string head, int rank = 0, string? name = null, string foot = "") =>
        Add(new(head, name ?? head, rank) { Foot = foot, Alignment = Justify.Right });

    /// <summary>Adds a row: a cell for each column.</summary>
    public void Row(params string[] cells)
    {
        foreach (var (i, cell) in cells.Index())
            columns[i].Cells.Add(ForeignText.Plain(cell));
    }

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var shown = ColumnWidths.Of(columns, maxWidth);
        IEnumerable<IRenderable> parts = [Table(shown)];
        if (columns.Except(shown.Select(s => s.Column)).Select(c => c.Name).ToArray() is { Length: > 0 } leftOut)
        {
            var all = ColumnWidths.Table(columns.Select(c => c.Least));
            parts = parts.Append(new Text($"left out at {maxWidth} columns: {string.Join(", ", leftOut)}; {all} columns (COLUMNS={all}) or --json show all\n"));
        }
        return parts.SelectMany(part => part.Render(options, maxWidth));
    }

    private Table Table(IReadOnlyList<(ConsoleColumn Column, int Width)> shown)
    {
        var table = new Table { Border = TableBorder.Rounded, ShowHeaders = ShowHeads, ShowFooters = columns.Exists(c => c.Foot.Length > 0) };
        foreach (var (column, width) in shown)
            table.AddColumn(new TableColumn(new Text(column.HeadIn(width))) { Alignment = column.Alignment, Width = width, Footer = new Text(column.Foot) });
        for (var row = 0; row < columns[0].Cells.Count; row++)
            table.AddRow(shown.Select(s => new Text(s.Column.Cells[row])));
        return table;
    }

    private ConsoleTable Add(ConsoleColumn column)
    {
        columns.Add(column with { Head = ForeignText.Plain(column.Head), Name = ForeignText.Plain(column.Name), Foot = ForeignText.Plain(column.Foot) });
        return this;
    }
}
