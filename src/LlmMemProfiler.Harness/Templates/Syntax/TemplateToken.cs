namespace LlmMemProfiler.Harness.Templates.Syntax;

internal enum TokenKind
{
    Text,
    ValueBegin,
    ValueEnd,
    BlockBegin,
    BlockEnd,
    Name,
    Quoted,
    Number,
    Sign,
    End,
}

/// <summary>A part of a template: text, a tag's end, or a word within a tag.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">How it is written; of a quoted text, what it says.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Value">A number's.</param>
internal readonly record struct TemplateToken(TokenKind Kind, string Text, int Line, object? Value = null)
{
    public string Shown => Kind switch
    {
        TokenKind.End => "end of template",
        TokenKind.ValueEnd => "end of print statement",
        TokenKind.BlockEnd => "end of statement block",
        _ => $"'{Text}'",
    };
}
