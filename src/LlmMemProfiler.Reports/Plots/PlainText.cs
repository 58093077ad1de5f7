using System.Text;
using System.Xml;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>Sanitizes names and errors from outside: a line break would spoil a page, and a control character would break an SVG.</summary>
internal static class PlainText
{
    public static string OneLine(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune => IsPlain(rune) ? rune.ToString() : " "));

    /// <summary>At most this many characters, ending in '…' if truncated.</summary>
    public static string Cut(string text, int length)
    {
        if (text.Length <= length)
            return text;
        var kept = char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1;
        return string.Concat(text.AsSpan(0, kept).TrimEnd(), "…");
    }

    /// <summary>False for half a surrogate pair too, which comes as the replacement character.</summary>
    private static bool IsPlain(Rune rune) =>
        !Rune.IsControl(rune) && rune != Rune.ReplacementChar && (!rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value));
}
