using System.Xml;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>Sanitizes names and errors from outside: a line break would spoil a page, and a control character would break an SVG.</summary>
internal static class PlainText
{
    public static string OneLine(string text) =>
        new([.. text.Select(c => char.IsControl(c) || !XmlConvert.IsXmlChar(c) ? ' ' : c)]);

    /// <summary>At most this many characters, ending in '…' if truncated.</summary>
    public static string Cut(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length - 1).TrimEnd(), "…");
}
