namespace LlmMemProfiler.Reports.Plots;

/// <summary>Names and errors from outside may be longer than any place for them.</summary>
internal static class PlainText
{
    /// <summary>At most this many characters, ending in '…' if truncated.</summary>
    public static string Cut(string text, int length)
    {
        if (text.Length <= length)
            return text;
        var kept = char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1;
        return string.Concat(text.AsSpan(0, kept).TrimEnd(), "…");
    }
}
