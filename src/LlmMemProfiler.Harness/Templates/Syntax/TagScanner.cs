using System.Globalization;
using System.Text.RegularExpressions;
using LlmMemProfiler.Harness.Templates.Functions;
using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Syntax;

/// <summary>Cuts a tag's inside into words. Its end counts only where all brackets are closed.</summary>
/// <param name="source">The template.</param>
/// <param name="end">How the tag ends.</param>
/// <param name="at">Where its inside begins.</param>
/// <param name="line">And on which line.</param>
/// <param name="tokens">Receives the words.</param>
internal sealed partial class TagScanner(string source, string end, int at, int line, List<TemplateToken> tokens)
{
    private const string Opening = "([{", Closing = ")]}";

    private static readonly string[] Signs = ["**", "//", "==", "!=", ">=", "<=", .. "+-/*%~[](){}><=.:|,;".Select(sign => sign.ToString())];

    private readonly Stack<char> open = [];

    /// <summary>Scans it.</summary>
    /// <returns>Where text goes on, and the sign before the end; a space for none.</returns>
    /// <exception cref="TemplateException">It has what no tag may have.</exception>
    public (int After, char Sign) Scan()
    {
        while (true)
        {
            while (at < source.Length && TextFunctions.IsSpace(source[at]))
                Move(1);
            if (at == source.Length)
                throw new TemplateException($"unexpected end of template; a tag needs its end {end}", line);
            if (open.Count == 0 && Begins(end, 0))
                return (at + 2, ' ');
            if (open.Count == 0 && (source[at] == '-' || (source[at] == '+' && end == "%}")) && Begins(end, 1))
                return (at + 3, source[at]);
            ScanWord();
        }
    }

    private void ScanWord()
    {
        if (Word().Match(source, at) is { Success: true } word)
            Add(TokenKind.Name, word.Length, word.Value);
        else if (Real().Match(source, at) is { Success: true } real)
            Add(TokenKind.Number, real.Length, real.Value, double.Parse(real.Value.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture));
        else if (Whole().Match(source, at) is { Success: true } whole)
            Add(TokenKind.Number, whole.Length, whole.Value, WholeNumber(whole.Value.Replace("_", "", StringComparison.Ordinal)));
        else if (source[at] is '\'' or '"')
            ScanQuoted();
        else
            ScanSign();
    }

    private long WholeNumber(string digits) =>
        digits is ['0', 'x' or 'X', ..] && long.TryParse(digits[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var hexadecimal) ? hexadecimal
        : long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new TemplateException($"{digits} has more than 64 bits", line);

    private void ScanQuoted()
    {
        var last = at + 1;
        while (last < source.Length && source[last] != source[at])
            last += source[last] == '\\' ? 2 : 1;
        if (last >= source.Length)
            throw new TemplateException($"unexpected char '{source[at]}'; a text in quotes needs its end", line);
        Add(TokenKind.Quoted, last + 1 - at, Escapes.Resolve(source[(at + 1)..last], line));
    }

    private void ScanSign()
    {
        var sign = Signs.FirstOrDefault(sign => Begins(sign, 0)) ?? throw new TemplateException($"unexpected char '{source[at]}'", line);
        if (Opening.Contains(sign[0], StringComparison.Ordinal))
            open.Push(Closing[Opening.IndexOf(sign[0], StringComparison.Ordinal)]);
        else if (Closing.Contains(sign[0], StringComparison.Ordinal) && (!open.TryPop(out var expected) || expected != sign[0]))
            throw new TemplateException($"unexpected '{sign}'{(expected == '\0' ? "" : $", expected '{expected}'")}", line);
        Add(TokenKind.Sign, sign.Length, sign);
    }

    private bool Begins(string text, int further) => string.CompareOrdinal(source, at + further, text, 0, text.Length) == 0;

    private void Add(TokenKind kind, int length, string text, object? value = null)
    {
        tokens.Add(new(kind, text, line, value));
        Move(length);
    }

    private void Move(int by)
    {
        line += source.AsSpan(at, by).Count('\n');
        at += by;
    }

    [GeneratedRegex(@"\G[\p{L}_][\w]*")]
    private static partial Regex Word();

    [GeneratedRegex(@"\G(?<!\.)[0-9](?:_?[0-9])*(?:(?:\.[0-9](?:_?[0-9])*)?[eE][-+]?[0-9](?:_?[0-9])*|\.[0-9](?:_?[0-9])*)")]
    private static partial Regex Real();

    [GeneratedRegex(@"\G(?:0[xX](?:_?[0-9a-fA-F])+|[0-9](?:_?[0-9])*)")]
    private static partial Regex Whole();
}
