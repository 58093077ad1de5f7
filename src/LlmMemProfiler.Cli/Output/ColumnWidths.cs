namespace LlmMemProfiler.Cli.Output;

/// <summary>Which columns a console has room for, and how wide each is.</summary>
internal static class ColumnWidths
{
    /// <summary>Columns in order, each with the width of its cells. What is never left out may be too wide together; Spectre then wraps the widest first.</summary>
    /// <param name="columns">All columns.</param>
    /// <param name="console">Width of the console in characters.</param>
    public static IReadOnlyList<(ConsoleColumn Column, int Width)> Of(IReadOnlyList<ConsoleColumn> columns, int console)
    {
        var shown = columns.ToList();
        while (Table(shown.Select(c => c.Least)) > console && shown.Where(c => c.Rank > 0).MaxBy(c => c.Rank) is { } leftOut)
            shown.Remove(leftOut);

        var widths = shown.Select(c => c.Least).ToArray();
        for (var i = 0; i < widths.Length; i++)
        {
            var more = shown[i].Natural - widths[i];
            if (Table(widths) + more <= console)
                widths[i] += more;
        }
        return [.. shown.Zip(widths)];
    }

    /// <summary>Width of a table: each cell has a space on both sides, and a line between it and the next.</summary>
    public static int Table(IEnumerable<int> widths) => widths.Sum(w => w + 3) + 1;
}
