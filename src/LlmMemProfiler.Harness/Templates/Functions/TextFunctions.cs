using System.Buffers;
using System.Text;
using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Functions;

/// <summary>What both filters and methods do with text.</summary>
internal static class TextFunctions
{
    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\n\r\v\f\u001c\u001d\u001e\u0085\u2028\u2029");

    /// <summary>Python's white space, which has four separators more than .NET's.</summary>
    public static bool IsSpace(char letter) => char.IsWhiteSpace(letter) || letter is >= '\x1c' and <= '\x1f';

    /// <summary>Without white space, or without any of some characters, at its ends.</summary>
    public static string Strip(string text, string? characters, bool isLeft = true, bool isRight = true)
    {
        var (begin, end) = (0, text.Length);
        while (isLeft && begin < end && IsCut(text[begin]))
            begin++;
        while (isRight && begin < end && IsCut(text[end - 1]))
            end--;
        return text[begin..end];

        bool IsCut(char letter) => characters is null ? IsSpace(letter) : characters.Contains(letter, StringComparison.Ordinal);
    }

    public static string Capitalize(string text) =>
        text.Length == 0 ? text : text[..1].ToUpperInvariant() + text[1..].ToLowerInvariant();

    /// <summary>Each word with a capital, by what stands before it.</summary>
    public static string Title(string text, Func<char, bool> isBeforeWord)
    {
        var written = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
            written.Append(i == 0 || isBeforeWord(text[i - 1]) ? char.ToUpperInvariant(text[i]) : char.ToLowerInvariant(text[i]));
        return written.ToString();
    }

    /// <summary>The lines, without their ends; none after the last end.</summary>
    public static IEnumerable<string> Lines(string text, bool withEnds = false)
    {
        for (int at = 0, end; at < text.Length; at = end)
        {
            var last = text.AsSpan(at).IndexOfAny(LineEnds) is var found and >= 0 ? at + found : text.Length;
            end = last == text.Length ? last : text[last] == '\r' && last + 1 < text.Length && text[last + 1] == '\n' ? last + 2 : last + 1;
            yield return text[at..(withEnds ? end : last)];
        }
    }

    /// <summary>With another text instead of one, the first so many times.</summary>
    public static string Replace(Rendering rendering, string text, string old, string by, int most)
    {
        rendering.Characters(text.Length);
        var written = new StringBuilder();
        var (at, next) = (0, 0);
        for (var left = most < 0 ? int.MaxValue : most; left > 0 && next <= text.Length; left--)
        {
            var found = text.IndexOf(old, next, StringComparison.Ordinal);
            if (found < 0)
                break;
            rendering.Characters(by.Length + 1L);
            written.Append(text, at, found - at).Append(by);
            at = found + old.Length;
            // Nothing stands before each character, and at the end.
            next = Math.Max(at, found + 1);
        }
        return written.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>Elements as text, with another between them.</summary>
    public static string Join(Rendering rendering, string separator, IEnumerable<string> items)
    {
        var written = new StringBuilder();
        var between = "";
        foreach (var item in items)
        {
            rendering.Characters((long)separator.Length + item.Length);
            written.Append(between).Append(item);
            between = separator;
        }
        return written.ToString();
    }
}
