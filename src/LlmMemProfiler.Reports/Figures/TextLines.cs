using LlmMemProfiler.Reports.Plots;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>Breaks a text between words.</summary>
internal static class TextLines
{
    /// <summary>Lines that are not wider than this; a single word that is wider is cut off.</summary>
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
