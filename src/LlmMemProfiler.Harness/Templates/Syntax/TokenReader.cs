using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Syntax;

/// <summary>Goes through a template's tokens.</summary>
internal sealed class TokenReader(IReadOnlyList<TemplateToken> tokens)
{
    private int at;

    public TemplateToken Now => tokens[at];

    public int Line => Now.Line;

    public bool IsName(params ReadOnlySpan<string> names) => Now.Kind == TokenKind.Name && names.Contains(Now.Text);

    public bool IsSign(params ReadOnlySpan<string> signs) => Now.Kind == TokenKind.Sign && signs.Contains(Now.Text);

    /// <summary>Whether two names follow each other here.</summary>
    public bool AreNames(string first, string second) =>
        IsName(first) && tokens[at + 1] is { Kind: TokenKind.Name } next && next.Text == second;

    /// <summary>Whether a name is here, and a sign after it.</summary>
    public bool IsNameBefore(string sign) =>
        Now.Kind == TokenKind.Name && tokens[at + 1] is { Kind: TokenKind.Sign } next && next.Text == sign;

    /// <summary>The token here, gone past; the end stays.</summary>
    public TemplateToken Take()
    {
        var now = Now;
        if (now.Kind != TokenKind.End)
            at++;
        return now;
    }

    public bool TakeSign(string sign) => IsSign(sign) && Take() is var _;

    public bool TakeName(string name) => IsName(name) && Take() is var _;

    /// <exception cref="TemplateException">Another token is here.</exception>
    public void ExpectSign(string sign)
    {
        if (!TakeSign(sign))
            throw Unexpected($"'{sign}'");
    }

    /// <exception cref="TemplateException">Another token is here.</exception>
    public string ExpectName() => Now.Kind == TokenKind.Name ? Take().Text : throw Unexpected("a name");

    /// <exception cref="TemplateException">Another token is here.</exception>
    public void Expect(TokenKind kind)
    {
        if (Now.Kind != kind)
            throw Unexpected(new TemplateToken(kind, "", 0).Shown);
        Take();
    }

    public TemplateException Unexpected(string expected) => new($"expected {expected}, got {Now.Shown}", Line);
}
