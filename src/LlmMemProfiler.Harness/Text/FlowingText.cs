namespace LlmMemProfiler.Harness.Text;

/// <summary>
/// Makes text of tokens as they come. A character may take several tokens, and a token's text may depend on the one before it (SentencePiece's
/// leading space); so the last tokens are decoded together, and only what is new is told.
/// </summary>
/// <param name="decode">The text of tokens; half a character at its end is U+FFFD.</param>
/// <param name="show">Receives each piece.</param>
public sealed class FlowingText(Func<IEnumerable<long>, string> decode, Action<string> show)
{
    /// <summary>A character has 4 bytes at most in UTF-8, each a token at worst.</summary>
    private const int LongestCharacter = 4;

    /// <summary>Tokens shown last, whose text the next one's may depend on, then those that wait for the rest of a character.</summary>
    private readonly List<long> window = [];
    private int shown;

    /// <summary>Shows a token's text, or keeps it for when its character is whole.</summary>
    public void Add(long token)
    {
        window.Add(token);
        Show(isLast: window.Count - shown >= LongestCharacter);
    }

    /// <summary>Shows what still waits.</summary>
    public void Complete() => Show(isLast: true);

    private void Show(bool isLast)
    {
        if (shown == window.Count)
            return;
        var (old, text) = (decode(window.Take(shown)), decode(window));
        if (!isLast && text.EndsWith('\ufffd'))
            return;
        if (text.Length > old.Length)
            show(text[old.Length..]);
        window.RemoveRange(0, shown);
        shown = window.Count;
    }
}
