using System.Text;

namespace LlmMemProfiler.Architecture.Tests.Sources;

/// <summary>Tells strings and comments of C# from the rest. Strings in the holes of interpolated strings are strings of their own.</summary>
internal sealed class Scanner
{
    private readonly string text;
    private readonly StringBuilder code;
    private readonly List<StringLiteral> literals = [];
    private int at;

    public Scanner(string text)
    {
        this.text = text;
        code = new(text);
        Rest(closing: '\0');
    }

    /// <summary>The text with spaces for its comments.</summary>
    public string Code => code.ToString();

    public IReadOnlyList<StringLiteral> Literals => literals;

    private bool Next(string what) => string.CompareOrdinal(text, at, what, 0, what.Length) == 0;

    /// <summary>Reads to the end of the text, or of the hole.</summary>
    private void Rest(char closing)
    {
        for (var depth = 0; at < text.Length && (depth > 0 || text[at] != closing);)
        {
            if (Next("//"))
                Comment(text.IndexOf('\n', at));
            else if (Next("/*"))
                Comment(text.IndexOf("*/", at, StringComparison.Ordinal) + 2);
            else if (text[at] == '\'')
                at = text.IndexOf('\'', at + (text[at + 1] == '\\' ? 3 : 2)) + 1;
            else if (Quote() is { } quote)
                String(quote);
            else
                depth += text[at++] switch { '{' => 1, '}' => -1, _ => 0 };
        }
    }

    private void Comment(int end)
    {
        for (end = end <= 0 ? text.Length : end; at < end; at++)
        {
            if (text[at] != '\n')
                code[at] = ' ';
        }
    }

    /// <summary>Where the quotes are of a string that begins here.</summary>
    private int? Quote()
    {
        var quote = at;
        while (text[quote] is '$' or '@')
            quote++;
        return text[quote] == '"' ? quote : null;
    }

    private void String(int quote)
    {
        var (start, prefix) = (at, text[at..quote]);
        var quotes = text.AsSpan(quote).IndexOfAnyExcept('"');
        quotes = quotes < 3 ? 1 : quotes;
        var holes = prefix.Count(c => c == '$');
        var (isRaw, isVerbatim, content) = (quotes > 1, prefix.Contains('@'), new StringBuilder());
        at = quote + quotes;
        while (!Next(new('"', quotes)) || (isVerbatim && Next("\"\"")))
        {
            if (!isRaw && !isVerbatim && text[at] == '\\' || (isVerbatim && text[at] == '"') || (!isRaw && holes > 0 && (Next("{{") || Next("}}"))))
                content.Append(text[at++]).Append(text[at++]);
            else if (holes > 0 && Next(new('{', holes)))
                Hole(holes, content);
            else
                content.Append(text[at++]);
        }
        at += quotes;
        literals.Add(new(start, at, content.ToString()));
    }

    private void Hole(int braces, StringBuilder content)
    {
        at += braces;
        Rest(closing: '}');
        at += braces;
        content.Append("{}");
    }
}
