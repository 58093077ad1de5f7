using System.Globalization;
using System.Text;
using LlmMemProfiler.Core;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>
/// Text that <see cref="PlotFont"/> can draw: the one place through which text reaches pictures, so that it is plain there, too. A character that it lacks, as in a Chinese name, would be a box; it is written as JSON and
/// Python escape it, '\u5343'. Pages and tables keep the character.
/// </summary>
internal static class DrawableText
{
    public static string Of(string text)
    {
        text = ForeignText.Plain(text);
        if (Ascii.IsValid(text))
            return text;
        var drawable = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (IsDrawable(c))
                drawable.Append(c);
            else
                drawable.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }
        return drawable.ToString();
    }

    /// <summary>A name for a title, of bounded length if it had to be escaped, so that what follows it still fits.</summary>
    public static string Name(string name) => Of(name) is var drawable && drawable != name ? PlainText.Cut(drawable, 48) : name;

    private static bool IsDrawable(char c) =>
        char.IsAscii(c) || (!char.IsSurrogate(c) && PlotFont.Regular.ContainsGlyph(c) && PlotFont.Bold.ContainsGlyph(c));
}
