using System.Globalization;
using System.Text;
using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Syntax;

/// <summary>What stands after a backslash in a text in quotes, as in Python; an unknown one stays as it is.</summary>
internal static class Escapes
{
    /// <exception cref="TemplateException">Digits are missing, or no character has this number.</exception>
    public static string Resolve(string quoted, int line)
    {
        var written = new StringBuilder(quoted.Length);
        for (var at = 0; at < quoted.Length; at++)
        {
            if (quoted[at] != '\\' || at + 1 == quoted.Length)
            {
                written.Append(quoted[at]);
                continue;
            }
            at++;
            _ = quoted[at] switch
            {
                '\n' => written,
                'n' => written.Append('\n'),
                't' => written.Append('\t'),
                'r' => written.Append('\r'),
                'a' => written.Append('\a'),
                'b' => written.Append('\b'),
                'f' => written.Append('\f'),
                'v' => written.Append('\v'),
                '\\' or '\'' or '"' => written.Append(quoted[at]),
                'x' => written.Append(Character(quoted, ref at, 2, line)),
                'u' => written.Append(Character(quoted, ref at, 4, line)),
                'U' => written.Append(Character(quoted, ref at, 8, line)),
                >= '0' and <= '7' => written.Append(Octal(quoted, ref at)),
                var other => written.Append('\\').Append(other),
            };
        }
        return written.ToString();
    }

    private static string Character(string quoted, ref int at, int digits, int line)
    {
        var (begin, kind) = (at + 1, quoted[at]);
        at += digits;
        return at < quoted.Length && int.TryParse(quoted.AsSpan(begin, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && Rune.IsValid(code)
            ? new Rune(code).ToString()
            : throw new TemplateException($"\\{kind} needs {digits} hexadecimal digits of a character", line);
    }

    private static char Octal(string quoted, ref int at)
    {
        var code = 0;
        var last = Math.Min(at + 3, quoted.Length);
        for (; at < last && quoted[at] is >= '0' and <= '7'; at++)
            code = code * 8 + quoted[at] - '0';
        at--;
        return (char)code;
    }
}
