namespace LlmMemProfiler.Harness.Templates.Functions;

/// <summary>Text cut at a separator, or, for null, at white space, where no part is empty. What is left after so many cuts stays as it is.</summary>
internal static class Splitting
{
    public static IEnumerable<string> FromStart(string text, string? separator, int most)
    {
        var cuts = 0;
        if (separator is null)
        {
            for (int begin = Skip(text, 0, 1, isSpace: true), end; begin < text.Length; begin = Skip(text, end, 1, isSpace: true))
            {
                end = cuts++ == most ? text.Length : Skip(text, begin, 1, isSpace: false);
                yield return text[begin..end];
            }
            yield break;
        }
        var at = 0;
        for (int found; cuts++ < most && (found = text.IndexOf(separator, at, StringComparison.Ordinal)) >= 0; at = found + separator.Length)
            yield return text[at..found];
        yield return text[at..];
    }

    /// <summary>The same from the end: the last part first.</summary>
    public static IEnumerable<string> FromEnd(string text, string? separator, int most)
    {
        var cuts = 0;
        if (separator is null)
        {
            for (int end = Skip(text, text.Length - 1, -1, isSpace: true), begin; end >= 0; end = Skip(text, begin, -1, isSpace: true))
            {
                begin = cuts++ == most ? -1 : Skip(text, end, -1, isSpace: false);
                yield return text[(begin + 1)..(end + 1)];
            }
            yield break;
        }
        var last = text.Length;
        for (int found; cuts++ < most && (found = text.AsSpan(0, last).LastIndexOf(separator)) >= 0; last = found)
            yield return text[(found + separator.Length)..last];
        yield return text[..last];
    }

    /// <summary>The next place that has no such letter.</summary>
    private static int Skip(string text, int at, int by, bool isSpace)
    {
        while (at >= 0 && at < text.Length && TextFunctions.IsSpace(text[at]) == isSpace)
            at += by;
        return at;
    }
}
