using System.Xml;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>Names and errors come from outside: a line break would spoil a page, and a control character an SVG altogether.</summary>
internal static class PlainText
{
    public static string OneLine(string text) =>
        new([.. text.Select(c => char.IsControl(c) || !XmlConvert.IsXmlChar(c) ? ' ' : c)]);

    /// <summary>At most so many characters, the last of them '…' where something is cut off.</summary>
    public static string Cut(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length - 1).TrimEnd(), "…");
}
