using System.Collections.Frozen;
using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Functions;

/// <summary>The methods of text, maps and sequences that templates may call; what would change one is refused, as by Jinja's sandbox.</summary>
internal static class Methods
{
    private static readonly FrozenSet<string> Changing = FrozenSet.Create(
        "append", "clear", "extend", "insert", "pop", "popitem", "remove", "reverse", "setdefault", "sort", "update");

    /// <summary>A value's method of this name; null for none.</summary>
    /// <exception cref="TemplateException">It would change the value.</exception>
    public static Callable? Find(object? value, string name) => value switch
    {
        string text => TextMethods.Find(text, name),
        ValueMap when Changing.Contains(name) => throw Refused(value, name),
        ValueSequence { Kind: SequenceKind.List } when Changing.Contains(name) => throw Refused(value, name),
        ValueMap map => OfMap(map, name),
        ValueSequence { Kind: SequenceKind.List or SequenceKind.Tuple } sequence => OfSequence(sequence, name),
        _ => null,
    };

    private static Callable? OfMap(ValueMap map, string name) => name switch
    {
        "get" => Callable.Of(name, ["key", "default?"], (rendering, given) =>
        {
            rendering.Look(given["key"]);
            return map.TryGet(given["key"], out var found) ? found : given["default"];
        }),
        "items" => View(name, map, map.Items),
        "keys" => View(name, map, map.Keys),
        "values" => View(name, map, map.Values),
        "copy" => Callable.Of(name, [], (_, _) => map),
        _ => null,
    };

    private static Callable? OfSequence(ValueSequence sequence, string name) => name switch
    {
        "count" => Callable.Of(name, ["value"], (rendering, given) => (long)sequence.Items.Count(item => Comparison.AreEqual(rendering, item, given["value"]))),
        "index" => Callable.Of(name, ["value"], (rendering, given) =>
        {
            var before = sequence.Items.TakeWhile(item => !Comparison.AreEqual(rendering, item, given["value"])).Count();
            return before < sequence.Items.Count ? (long)before : throw new TemplateException($"{PythonText.Shown(given["value"])} is not in list");
        }),
        _ => null,
    };

    private static Callable View(string name, ValueMap map, IEnumerable<object?> items) => Callable.Of(name, [], (rendering, _) =>
    {
        rendering.Steps(map.Count);
        return new ValueSequence(SequenceKind.View, items);
    });

    private static TemplateException Refused(object? value, string name) =>
        new($"access to attribute '{name}' of '{Types.NameOf(value)}' object is unsafe");
}
