using System.Globalization;
using System.Text;

namespace LlmMemProfiler.Core;

/// <summary>
/// Text from outside, such as names in records, devices' names, paths and other programs' errors, on its way to a terminal, a table, a
/// page or a picture. What would move the cursor, clear the screen, add a line or turn the reading direction is written as JSON and
/// Python escape it, '\u001b', so that it is seen and does nothing.
/// </summary>
public static class ForeignText
{
    /// <summary>The text in one line, without characters that are not seen. Applied twice, it changes nothing more.</summary>
    public static string Plain(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!IsPlain(text, i))
                return Escaped(text);
        }
        return text;
    }

    private static string Escaped(string text)
    {
        var plain = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (IsPlain(text, i))
                plain.Append(text[i]);
            else
                plain.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
        }
        return plain.ToString();
    }

    /// <summary>False for controls, direction marks and other format characters, line separators, halves of characters, and what XML cannot hold.</summary>
    private static bool IsPlain(string text, int at)
    {
        if (char.IsAscii(text[at]))
            return text[at] is >= ' ' and < '\x7f';
        // Of a pair, both halves have the category of the whole.
        var first = char.IsLowSurrogate(text[at]) && at > 0 && char.IsHighSurrogate(text[at - 1]) ? at - 1 : at;
        return text[at] < '\ufffe' && CharUnicodeInfo.GetUnicodeCategory(text, first)
            is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
    }
}
