using System.Text;
using LlmMemProfiler.Core;
using LlmMemProfiler.Reports.Figures;

namespace LlmMemProfiler.Reports.Tables;

/// <summary>The report as Markdown: tables, and links to the figures next to it.</summary>
internal static class MarkdownSummary
{
    public static string Of(string title, IReadOnlyList<string> remarks, IReadOnlyList<TextTable> tables, IReadOnlyList<Figure> figures)
    {
        var text = new StringBuilder($"# {Plain(title)}\n");
        foreach (var remark in remarks)
            text.Append($"\n- {Plain(remark)}");
        text.Append("\n\nAll numbers: [`records.csv`](records.csv). Sort and filter: [`report.html`](report.html).\n");
        foreach (var table in tables.Where(t => t.Rows.Count > 0))
            Append(text, table);
        foreach (var figure in figures)
        {
            text.Append($"\n## {Plain(figure.Title)}\n");
            foreach (var note in figure.Note)
                text.Append($"\n{Plain(note)}");
            text.Append('\n');
            if (figure.Panels.Count > 0)
                text.Append($"\n![{Plain(figure.Title)}]({Report.PlotsFolder}/{figure.Name}.png)\n");
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, TextTable table)
    {
        text.Append($"\n## {Plain(table.Title)}\n\n");
        if (table.Remark is { } remark)
            text.Append($"{Plain(remark)}\n\n");
        text.Append($"| {string.Join(" | ", table.Columns.Select(c => Plain(c.Name)))} |\n");
        text.Append($"| {string.Join(" | ", table.Columns.Select(c => c.IsNumber ? "---:" : "---"))} |\n");
        foreach (var row in table.Rows)
            text.Append($"| {string.Join(" | ", row.Select(Plain))} |\n");
    }

    /// <summary>Escapes Markdown: names come from outside.</summary>
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in ForeignText.Plain(text))
        {
            if (c is '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '>' or '|' or '!' or '#' or '&')
                plain.Append('\\');
            plain.Append(c);
        }
        return plain.ToString();
    }
}
