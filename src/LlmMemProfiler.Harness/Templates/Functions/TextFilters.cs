using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Functions;

/// <summary>Filters that make text of anything.</summary>
internal static class TextFilters
{
    public static IReadOnlyDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>
    {
        ["trim"] = new(["chars?"], (rendering, value, given) => TextFunctions.Strip(PythonText.Of(rendering, value), given["chars"] as string)),
        ["upper"] = Changed(text => text.ToUpperInvariant()),
        ["lower"] = Changed(text => text.ToLowerInvariant()),
        ["capitalize"] = Changed(TextFunctions.Capitalize),
        ["title"] = Changed(text => TextFunctions.Title(text, before => TextFunctions.IsSpace(before) || before is '-' or '(' or '{' or '[' or '<')),
        ["safe"] = Changed(text => text),
        ["e"] = Changed(Escaped),
        ["escape"] = Changed(Escaped),
        ["replace"] = new(["old", "new", "count?"], (rendering, value, given) => TextFunctions.Replace(
            rendering, PythonText.Of(rendering, value), PythonText.Of(rendering, given["old"]), PythonText.Of(rendering, given["new"]), given["count"] is null ? -1 : given.Number("count", -1))),
        ["indent"] = new(["width?", "first?", "blank?"], Indent),
    };

    private static Filter Changed(Func<string, string> change) => new([], (rendering, value, _) => rendering.Made(change(PythonText.Of(rendering, value))));

    private static string Escaped(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&#34;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal);

    /// <summary>Each line but the first and empty ones further to the right.</summary>
    private static string Indent(Rendering rendering, object? value, Arguments.Given given)
    {
        var by = given["width"] as string ?? new string(' ', Math.Clamp(given.Number("width", 4), 0, 1000));
        var (first, blank) = (given.IsTrue("first"), given.IsTrue("blank"));
        var lines = TextFunctions.Lines($"{PythonText.Of(rendering, value)}\n");
        return TextFunctions.Join(rendering, "\n", lines.Select((line, i) =>
            (i == 0 ? first : blank || line.Length > 0) ? rendering.Made(by + line) : line));
    }
}
