using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Reports.Data;
using LlmMemProfiler.Reports.Figures;
using LlmMemProfiler.Reports.Tables;

namespace LlmMemProfiler.Reports.Html;

/// <summary>The report as a self-contained page. All text from records is encoded; only the page's own script may run.</summary>
internal static partial class HtmlPage
{
    /// <param name="title">Page title.</param>
    /// <param name="remarks">Notes shown first, one per entry.</param>
    /// <param name="tables">Accuracy tables, then worst points.</param>
    /// <param name="figures">Figures with their SVG; null if there is only text.</param>
    /// <param name="points">All records.</param>
    public static string Of(
        string title, IReadOnlyList<string> remarks, IReadOnlyList<TextTable> tables, IReadOnlyList<(Figure Figure, string? Svg)> figures,
        IReadOnlyList<ReportPoint> points)
    {
        var (style, script) = (Resource("report.css"), Resource("report.js"));
        var parts = new Dictionary<string, string>
        {
            ["title"] = Encode(title),
            ["remarks"] = string.Concat(remarks.Select(r => $"<li>{Encode(r)}</li>")),
            ["contents"] = Contents(figures),
            ["accuracy"] = string.Concat(tables.Where(t => !IsWorst(t)).Select(Table)),
            ["worst"] = string.Concat(tables.Where(IsWorst).Select(Table)),
            ["figures"] = $"<div class=\"figures\">{string.Concat(figures.Select(f => Picture(f.Figure, f.Svg)))}</div>",
            ["error"] = Encode(ErrorText(points)),
            ["data"] = Encoding.UTF8.GetString(RowJson.Of(points)),
            ["style"] = style,
            ["script"] = script,
            ["style_hash"] = Hash(style),
            ["script_hash"] = Hash(script),
        };
        // In one pass, so that inserted text is not searched again.
        return Placeholder().Replace(Resource("report.html"), match => parts[match.Groups[1].Value]);
    }

    /// <summary>What errors are relative to.</summary>
    private static string ErrorText(IReadOnlyList<ReportPoint> points) =>
        points.Select(p => p.Device.Kind.Observed()).Distinct().Order().ToList() is [var word]
            ? $"(predicted − {word}) / {word}"
            : "(predicted − found) / found, and the column 'found' says whether that was measured or is virtual";

    private static bool IsWorst(TextTable table) => table.Title.StartsWith("Worst", StringComparison.Ordinal);

    private static string Contents(IReadOnlyList<(Figure Figure, string? Svg)> figures)
    {
        (string, string)[] all =
            [("accuracy", "Accuracy"), .. figures.Select(f => (f.Figure.Name, f.Figure.Title.Split(':')[0])), ("worst", "Worst points"), ("records", "Records")];
        return string.Concat(all.Select(a => $"<li><a href=\"#{Encode(a.Item1)}\">{Encode(a.Item2)}</a></li>"));
    }

    private static string Table(TextTable table)
    {
        var text = new StringBuilder($"<h3>{Encode(table.Title)}</h3>");
        if (table.Rows.Count == 0)
            return text.Append("<p>None.</p>").ToString();
        text.Append($"<div class=\"scroll\" role=\"region\" aria-label=\"{Encode(table.Title)}\" tabindex=\"0\"><table>");
        if (table.Remark is { } remark)
            text.Append($"<caption><span>{Encode(remark)}</span></caption>");
        text.Append("<thead><tr>");
        foreach (var (name, isNumber) in table.Columns)
            text.Append($"<th scope=\"col\"{(isNumber ? " class=\"number\"" : "")}>{Encode(name)}</th>");
        text.Append("</tr></thead><tbody>");
        foreach (var row in table.Rows)
        {
            text.Append("<tr>");
            for (var i = 0; i < row.Count; i++)
            {
                var style = table.Columns[i].IsNumber ? " class=\"number\"" : table.Columns[i].Name == "parts" ? " class=\"wide\"" : "";
                text.Append($"<td{style}>{Encode(row[i])}</td>");
            }
            text.Append("</tr>");
        }
        return text.Append("</tbody></table></div>").ToString();
    }

    /// <summary>As an image, an SVG can neither run scripts nor clash with the ids of another.</summary>
    private static string Picture(Figure figure, string? svg)
    {
        var image = svg is null ? "" :
            $"<img loading=\"lazy\" src=\"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(svg))}\" alt=\"{Encode(figure.Alt)}\">";
        return $"<figure id=\"{Encode(figure.Name)}\"><h3>{Encode(figure.Title)}</h3>{image}<figcaption>{Encode(string.Join(' ', figure.Note))}</figcaption></figure>";
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(ForeignText.Plain(text));

    private static string Hash(string text) => $"sha256-{Convert.ToBase64String(Sha256.Of(Encoding.UTF8.GetBytes(text)))}";

    private static string Resource(string file)
    {
        using var reader = new StreamReader(typeof(HtmlPage).Assembly.GetManifestResourceStream($"html/{file}")!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Placeholder();
}
