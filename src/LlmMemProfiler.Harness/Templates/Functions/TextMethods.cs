using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Functions;

/// <summary>Python's methods of text.</summary>
internal static class TextMethods
{
    /// <summary>The method; null where text has none of this name.</summary>
    public static Callable? Find(string text, string name) => name switch
    {
        "strip" or "lstrip" or "rstrip" => Callable.Of(name, ["chars?"], (rendering, given) =>
            rendering.Made(TextFunctions.Strip(text, given["chars"] as string, name != "rstrip", name != "lstrip"))),
        "split" or "rsplit" => Callable.Of(name, ["sep?", "maxsplit?"], (rendering, given) => Split(rendering, text, given, isFromEnd: name == "rsplit")),
        "splitlines" => Callable.Of(name, ["keepends?"], (rendering, given) => Counted(rendering, TextFunctions.Lines(text, given.IsTrue("keepends")))),
        "startswith" => Affix(name, text.StartsWith),
        "endswith" => Affix(name, text.EndsWith),
        "removeprefix" => Callable.Of(name, ["prefix"], (rendering, given) => given.Text("prefix") is var prefix && text.StartsWith(prefix, StringComparison.Ordinal) ? rendering.Made(text[prefix.Length..]) : text),
        "removesuffix" => Callable.Of(name, ["suffix"], (rendering, given) => given.Text("suffix") is var suffix && text.EndsWith(suffix, StringComparison.Ordinal) ? rendering.Made(text[..^suffix.Length]) : text),
        "replace" => Callable.Of(name, ["old", "new", "count?"], (rendering, given) =>
            TextFunctions.Replace(rendering, text, given.Text("old"), given.Text("new"), given.Number("count", -1))),
        "join" => Callable.Of(name, ["iterable"], (rendering, given) => TextFunctions.Join(rendering, text, Iteration.Of(rendering, given["iterable"]).Select(item =>
            item as string ?? throw new TemplateException($"join needs text, and not a {Types.NameOf(item)}")))),
        "find" => Search(name, text.IndexOf),
        "rfind" => Search(name, text.LastIndexOf),
        "count" => Callable.Of(name, ["sub"], (_, given) => given.Text("sub") is { Length: > 0 } sought ? text.Split(sought).Length - 1L : Iteration.Length(text) + 1),
        _ => OfLetters(text, name),
    };

    private static Callable? OfLetters(string text, string name) => name switch
    {
        "upper" => Changed(name, text.ToUpperInvariant),
        "lower" => Changed(name, text.ToLowerInvariant),
        "capitalize" => Changed(name, () => TextFunctions.Capitalize(text)),
        "title" => Changed(name, () => TextFunctions.Title(text, before => !char.IsLetter(before))),
        "isspace" => Whether(name, text, TextFunctions.IsSpace),
        "isdigit" or "isnumeric" or "isdecimal" => Whether(name, text, char.IsDigit),
        "isalpha" => Whether(name, text, char.IsLetter),
        "isalnum" => Whether(name, text, char.IsLetterOrDigit),
        "isupper" => Callable.Of(name, [], (_, _) => IsCase(text, upper: true)),
        "islower" => Callable.Of(name, [], (_, _) => IsCase(text, upper: false)),
        _ => null,
    };

    /// <summary>Whether all letters that have a case have this one, and there is one.</summary>
    public static bool IsCase(string text, bool upper) =>
        text.Any(upper ? char.IsUpper : char.IsLower) && !text.Any(upper ? char.IsLower : char.IsUpper);

    private static Callable Changed(string name, Func<string> change) => Callable.Of(name, [], (rendering, _) => rendering.Made(change()));

    private static Callable Whether(string name, string text, Func<char, bool> isSuch) => Callable.Of(name, [], (_, _) => text.Length > 0 && text.All(isSuch));

    /// <summary>Python takes one, or a tuple of several.</summary>
    private static Callable Affix(string name, Func<string, StringComparison, bool> isThere) => Callable.Of(name, ["affix"], (_, given) => given["affix"] switch
    {
        string one => isThere(one, StringComparison.Ordinal),
        ValueSequence { Kind: SequenceKind.Tuple } several => several.Items.OfType<string>().Any(one => isThere(one, StringComparison.Ordinal)),
        Undefined nothing => throw new TemplateException(nothing.Message),
        var other => throw new TemplateException($"{name} first arg must be str or a tuple of str, not {Types.NameOf(other)}"),
    });

    private static Callable Search(string name, Func<string, StringComparison, int> find) => Callable.Of(name, ["sub"], (_, given) =>
        (long)find(given.Text("sub"), StringComparison.Ordinal));

    private static ValueSequence Split(Rendering rendering, string text, Arguments.Given given, bool isFromEnd)
    {
        var most = given.Number("maxsplit", -1) is var cuts and >= 0 ? cuts : int.MaxValue;
        var separator = given["sep"] is null ? null : given.Text("sep");
        if (separator is "")
            throw new TemplateException("empty separator");
        return isFromEnd ? ValueSequence.List(Counted(rendering, Splitting.FromEnd(text, separator, most)).Items.Reverse())
            : Counted(rendering, Splitting.FromStart(text, separator, most));
    }

    private static ValueSequence Counted(Rendering rendering, IEnumerable<string> parts) => ValueSequence.List(parts.Select(part =>
    {
        rendering.Look(part);
        return part;
    }));
}
