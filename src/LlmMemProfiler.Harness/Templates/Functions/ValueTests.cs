using System.Collections.Frozen;
using LlmMemProfiler.Core;
using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Functions;

/// <summary>Jinja's tests: what stands after <c>is</c>.</summary>
internal static class ValueTests
{
    private static readonly FrozenDictionary<string, Func<object?, bool>> OfOne = new Dictionary<string, Func<object?, bool>>
    {
        ["defined"] = value => value is not Undefined,
        ["undefined"] = value => value is Undefined,
        ["none"] = value => value is null,
        ["string"] = value => value is string,
        ["mapping"] = value => value is ValueMap,
        ["iterable"] = Iteration.IsPossible,
        ["sequence"] = value => value is string or ValueMap or Undefined or ValueSequence { Kind: SequenceKind.List or SequenceKind.Tuple or SequenceKind.Range },
        ["number"] = value => value is bool or long or double,
        ["integer"] = value => value is long,
        ["float"] = value => value is double,
        ["boolean"] = value => value is bool,
        ["true"] = value => value is true,
        ["false"] = value => value is false,
        ["callable"] = value => value is Callable,
        ["odd"] = value => Remainder(value, 2) == 1,
        ["even"] = value => Remainder(value, 2) == 0,
        ["lower"] = value => value is string text && TextMethods.IsCase(text, upper: false),
        ["upper"] = value => value is string text && TextMethods.IsCase(text, upper: true),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, Func<Rendering, object?, object?, bool>> OfTwo = new Dictionary<string, Func<Rendering, object?, object?, bool>>
    {
        ["eq"] = Comparison.AreEqual,
        ["equalto"] = Comparison.AreEqual,
        ["=="] = Comparison.AreEqual,
        ["ne"] = (rendering, a, b) => !Comparison.AreEqual(rendering, a, b),
        ["!="] = (rendering, a, b) => !Comparison.AreEqual(rendering, a, b),
        ["lt"] = (rendering, a, b) => Comparison.Order(rendering, a, b) < 0,
        ["lessthan"] = (rendering, a, b) => Comparison.Order(rendering, a, b) < 0,
        ["le"] = (rendering, a, b) => Comparison.Order(rendering, a, b) <= 0,
        ["gt"] = (rendering, a, b) => Comparison.Order(rendering, a, b) > 0,
        ["greaterthan"] = (rendering, a, b) => Comparison.Order(rendering, a, b) > 0,
        ["ge"] = (rendering, a, b) => Comparison.Order(rendering, a, b) >= 0,
        ["in"] = Comparison.IsIn,
        ["sameas"] = (_, a, b) => ReferenceEquals(a, b) || (a is bool or long or string && Equals(a, b)),
        ["divisibleby"] = (_, a, b) => Remainder(a, Number.Of(b)?.Whole ?? 0) == 0,
    }.ToFrozenDictionary();

    /// <summary>Whether a value is what a test's name says.</summary>
    /// <exception cref="TemplateException">There is no such test, or not with these arguments.</exception>
    public static bool Is(Rendering rendering, string name, object? value, Arguments arguments)
    {
        rendering.Look(value);
        if (OfOne.TryGetValue(name, out var alone))
            return arguments.For(name) is var _ && alone(value);
        if (OfTwo.TryGetValue(name, out var pair))
            return pair(rendering, value, arguments.For(name, "other")["other"]);
        throw new TemplateException($"No test named '{name}'; {NearNames.Hint(name, "tests", [.. OfOne.Keys, .. OfTwo.Keys])}");
    }

    private static long Remainder(object? value, long by) =>
        Number.Of(value) is { Whole: { } whole } && Operations.OfWhole("%", whole, by) is long rest ? rest
        : throw new TemplateException($"a whole number is needed, and not a {Types.NameOf(value)}");
}
