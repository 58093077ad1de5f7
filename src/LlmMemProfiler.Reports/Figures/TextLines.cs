using LlmMemProfiler.Reports.Plots;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>Wraps text between words.</summary>
internal static class TextLines
{
    /// <summary>Lines no wider than this; a word that is too wide is truncated.</summary>
    public static IEnumerable<string> Break(string text, PageText style, float width)
    {
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && style.Width(longer) > width)
            {
                yield return line;
                longer = word;
            }
            line = style.Width(longer) > width ? style.Fit(longer, width).Text : longer;
        }
        if (line.Length > 0)
            yield return line;
    }
}
