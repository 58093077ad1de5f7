using System.Text.RegularExpressions;
using LlmMemProfiler.Harness.Templates.Functions;
using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Syntax;

/// <summary>
/// Cuts a template into its text and tags as Jinja does with transformers' settings: <c>trim_blocks</c>, a line's end after a block is no text;
/// <c>lstrip_blocks</c>, nor is white space before one on its line; <c>-</c> takes all white space beside a tag, and <c>+</c> none.
/// </summary>
internal sealed partial class TemplateScanner
{
    private readonly string source;
    private readonly List<TemplateToken> tokens = [];
    private int at;
    private int line = 1;
    private bool isLineBegun;

    private TemplateScanner(string source) => this.source = source;

    /// <exception cref="TemplateException">A tag has no end, or what no tag may have.</exception>
    public static IReadOnlyList<TemplateToken> Scan(string template)
    {
        var source = template.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        var scanner = new TemplateScanner(source.EndsWith('\n') ? source[..^1] : source);
        while (scanner.at < scanner.source.Length)
            scanner.ScanNext();
        scanner.Add(TokenKind.End, "");
        return scanner.tokens;
    }

    private void ScanNext()
    {
        var begin = Tag().Match(source, at) is { Success: true } tag ? tag.Index : source.Length;
        var text = source[at..begin];
        if (begin == source.Length)
        {
            AddText(text, source.Length);
            return;
        }
        var sign = begin + 2 < source.Length && source[begin + 2] is '-' or '+' ? source[begin + 2] : ' ';
        var kind = source[begin + 1];
        AddText(Trimmed(text, sign, isBlock: kind != '{'), begin);
        if (kind == '%' && RawBegin().Match(source, begin) is { Success: true } raw)
            ScanRaw(raw);
        else if (kind == '#')
            ScanComment(begin + (sign == ' ' ? 2 : 3));
        else
            ScanTag(begin + (sign == ' ' ? 2 : 3), kind);
    }

    private string Trimmed(string text, char sign, bool isBlock)
    {
        if (sign == '-')
            return TextFunctions.Strip(text, null, isLeft: false);
        if (sign == '+' || !isBlock)
            return text;
        var lineBegin = text.LastIndexOf('\n') + 1;
        return (lineBegin > 0 || !isLineBegun) && text[lineBegin..].All(TextFunctions.IsSpace) ? text[..lineBegin] : text;
    }

    private void ScanRaw(Match begin)
    {
        MoveTo(begin.Index + begin.Length);
        if (RawEnd().Match(source, at) is not { Success: true } end)
            throw new TemplateException("Missing end of raw directive", line);
        AddText(Trimmed(source[at..end.Index], end.Groups[1].Value is [var sign] ? sign : ' ', isBlock: true), end.Index);
        MoveTo(end.Index + end.Length);
    }

    private void ScanComment(int from)
    {
        var end = source.IndexOf("#}", from, StringComparison.Ordinal);
        if (end < 0)
            throw new TemplateException("Missing end of comment tag", line);
        MoveTo(AfterTag(end + 2, end > from ? source[end - 1] : ' '));
    }

    private void ScanTag(int from, char kind)
    {
        var isBlock = kind == '%';
        Add(isBlock ? TokenKind.BlockBegin : TokenKind.ValueBegin, isBlock ? "{%" : "{{");
        MoveTo(from);
        var words = new TagScanner(source, isBlock ? "%}" : "}}", at, line, tokens);
        var (end, sign) = words.Scan();
        MoveTo(end);
        Add(isBlock ? TokenKind.BlockEnd : TokenKind.ValueEnd, isBlock ? "%}" : "}}");
        MoveTo(isBlock || sign == '-' ? AfterTag(end, sign) : end);
    }

    /// <summary>Where text goes on after a tag's end.</summary>
    private int AfterTag(int end, char sign)
    {
        while (sign == '-' && end < source.Length && TextFunctions.IsSpace(source[end]))
            end++;
        return sign is not ('-' or '+') && end < source.Length && source[end] == '\n' ? end + 1 : end;
    }

    private void AddText(string text, int end)
    {
        if (text.Length > 0)
            Add(TokenKind.Text, text);
        MoveTo(end);
    }

    private void Add(TokenKind kind, string text) => tokens.Add(new(kind, text, line));

    private void MoveTo(int next)
    {
        line += source.AsSpan(at, next - at).Count('\n');
        isLineBegun = next > 0 && source[next - 1] != '\n';
        at = next;
    }

    [GeneratedRegex(@"\{[{%#]")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\G\{%[-+]?\s*raw\s*(-%\}\s*|%\})")]
    private static partial Regex RawBegin();

    [GeneratedRegex(@"\{%([-+]?)\s*endraw\s*(?:\+%\}|-%\}\s*|%\}\n?)")]
    private static partial Regex RawEnd();
}
