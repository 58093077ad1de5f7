using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Functions;

/// <summary>Filters of any value, and of numbers.</summary>
internal static class ValueFilters
{
    private static readonly Filter OrOther = new(["default_value?", "boolean?"], (_, value, given) =>
        value is Undefined || (given.IsTrue("boolean") && !Truth.Of(value)) ? given["default_value", ""] : value);

    private static readonly Filter Count = new([], (_, value, _) => Iteration.Length(value));

    public static IReadOnlyDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>
    {
        ["default"] = OrOther,
        ["d"] = OrOther,
        ["length"] = Count,
        ["count"] = Count,
        ["string"] = new([], (rendering, value, _) => PythonText.Of(rendering, value)),
        ["tojson"] = new(["ensure_ascii?", "indent?", "separators?", "sort_keys?"], ToJson),
        ["int"] = new(["default?"], (_, value, given) => Converted(value, isWhole: true) ?? given["default", 0L]),
        ["float"] = new(["default?"], (_, value, given) => Converted(value, isWhole: false) ?? given["default", 0.0]),
        ["abs"] = new([], (_, value, _) => Real(value) < 0 ? Operations.Negated(value) : value),
        ["round"] = new(["precision?"], (_, value, given) => Math.Round(Real(value), Math.Clamp(given.Number("precision", 0), 0, 15))),
    };

    private static double Real(object? value) =>
        Number.Of(value)?.Real ?? throw new TemplateException($"a number is needed, and not a {Types.NameOf(value)}");

    private static string ToJson(Rendering rendering, object? value, Arguments.Given given)
    {
        var indent = given["indent"] switch
        {
            null => null,
            string text => text,
            _ => new string(' ', Math.Clamp(given.Number("indent", 0), 0, 1000)),
        };
        var separators = given["separators"] is ValueSequence { Items: [string item, string key] } ? (item, key) : (indent is null ? ", " : ",", ": ");
        return new JsonText(rendering, indent, separators, given.IsTrue("ensure_ascii"), given.IsTrue("sort_keys")).Of(value);
    }

    private static object? Converted(object? value, bool isWhole)
    {
        var read = value is string text ? Number.Read(text, isWhole) ?? Number.Read(text, isWhole: false) : value;
        return Number.Of(read) is not { } number ? null
            : !isWhole ? number.Real
            : number.Whole ?? (Math.Abs(number.Real) < long.MaxValue ? (long)number.Real : null);
    }
}
