using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Functions;

/// <summary>Filters of what has elements.</summary>
internal static class SequenceFilters
{
    public static IReadOnlyDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>
    {
        ["list"] = new([], (rendering, value, _) => ValueSequence.List(Iteration.Of(rendering, value))),
        ["first"] = new([], (rendering, value, _) => (value is ValueSequence sequence ? sequence.Take(1) : Iteration.Of(rendering, value)) is [var first, ..] ? first : Nothing("first")),
        ["last"] = new([], (rendering, value, _) => Iteration.Of(rendering, value) is [.., var last] ? last : Nothing("last")),
        ["join"] = new(["d?", "attribute?"], (rendering, value, given) => TextFunctions.Join(
            rendering, PythonText.Of(rendering, given["d", ""]), Keyed(rendering, value, given).Select(item => PythonText.Of(rendering, item.Key)))),
        ["items"] = new([], (_, value, _) => value switch
        {
            ValueMap map => ValueSequence.Lazy(map.Items),
            Undefined => ValueSequence.Lazy([]),
            _ => throw new TemplateException("Can only get item pairs from a mapping."),
        }),
        ["dictsort"] = new(["case_sensitive?", "by?", "reverse?"], (rendering, value, given) => value is ValueMap map
            ? ValueSequence.List(Sorted(rendering, map.Items.Select(item => (item, Key: Members.Element(rendering, item, given.Text("by", "key") == "value" ? 1L : 0L))), given).Select(item => item.Value))
            : throw new TemplateException($"'{Types.NameOf(value)}' object has no attribute 'items'")),
        ["sort"] = new(["reverse?", "case_sensitive?", "attribute?"], (rendering, value, given) =>
            ValueSequence.List(Sorted(rendering, Keyed(rendering, value, given), given).Select(item => item.Value))),
        ["unique"] = new(["case_sensitive?", "attribute?"], (rendering, value, given) => ValueSequence.Lazy(Unique(rendering, Keyed(rendering, value, given), given))),
        ["min"] = new(["case_sensitive?", "attribute?"], (rendering, value, given) => Sorted(rendering, Keyed(rendering, value, given), given) is [var least, ..] ? least.Value : Nothing("first")),
        ["max"] = new(["case_sensitive?", "attribute?"], (rendering, value, given) => Sorted(rendering, Keyed(rendering, value, given), given, isFalling: true) is [var most, ..] ? most.Value : Nothing("first")),
        ["sum"] = new(["attribute?", "start?"], (rendering, value, given) =>
            Keyed(rendering, value, given).Aggregate(given["start", 0L], (sum, item) => Operations.Of(rendering, "+", sum, item.Key))),
        ["reverse"] = new([], (rendering, value, _) => value is string
            ? string.Concat(Iteration.Of(rendering, value).Reverse())
            : ValueSequence.Lazy(Iteration.Of(rendering, value).Reverse())),
    };

    private static Undefined Nothing(string which) => new($"No {which} item, sequence was empty.");

    /// <summary>Each element with what it is compared by: itself, or what lies at <c>attribute</c>.</summary>
    private static IReadOnlyList<(object? Value, object? Key)> Keyed(Rendering rendering, object? value, Arguments.Given given) =>
        [.. Iteration.Of(rendering, value).Select(item => (item, given["attribute"] is { } path ? ElementFilters.At(rendering, item, path) : item))];

    private static IReadOnlyList<(object? Value, object? Key)> Sorted(
        Rendering rendering, IEnumerable<(object? Value, object? Key)> items, Arguments.Given given, bool isFalling = false) =>
        Comparison.Sorted(rendering, items, item => Folded(item.Key, given), isFalling || given.IsTrue("reverse"));

    private static IEnumerable<object?> Unique(Rendering rendering, IEnumerable<(object? Value, object? Key)> items, Arguments.Given given)
    {
        var seen = new ValueMap();
        foreach (var (value, key) in items)
        {
            if (seen.TryGet(Folded(key, given), out _))
                continue;
            seen[Folded(key, given)] = null;
            rendering.Steps(1);
            yield return value;
        }
    }

    private static object? Folded(object? key, Arguments.Given given) => key is string text && !given.IsTrue("case_sensitive") ? text.ToLowerInvariant() : key;
}
