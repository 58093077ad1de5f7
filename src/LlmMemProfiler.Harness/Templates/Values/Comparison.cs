using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace LlmMemProfiler.Harness.Templates.Values;

/// <summary>How Python compares: by value, numbers of all kinds with each other.</summary>
public static class Comparison
{
    public static bool AreEqual(Rendering rendering, object? a, object? b)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        rendering.Look(b);
        return (a, b) switch
        {
            (Undefined, Undefined) => true,
            (string x, string y) => x == y,
            (ValueSequence x, ValueSequence y) => x.Kind == y.Kind && x.Items.Count == y.Items.Count
                && x.Items.Zip(y.Items).All(pair => AreEqual(rendering, pair.First, pair.Second)),
            (ValueMap x, ValueMap y) => x.Count == y.Count
                && x.Keys.Zip(x.Values).All(entry => y.TryGet(entry.First, out var value) && AreEqual(rendering, entry.Second, value)),
            _ when Number.Of(a) is { } x && Number.Of(b) is { } y => x.CompareTo(y) == 0,
            _ => ReferenceEquals(a, b),
        };
    }

    /// <summary>Which comes first: negative for the first.</summary>
    /// <exception cref="TemplateException">Neither does.</exception>
    public static int Order(Rendering rendering, object? a, object? b)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        rendering.Steps(1);
        switch (a, b)
        {
            case (string x, string y):
                rendering.Characters(Math.Min(x.Length, y.Length));
                return Order(x, y);
            case (ValueSequence x, ValueSequence y) when x.Kind == y.Kind:
                foreach (var (first, second) in x.Items.Zip(y.Items))
                {
                    if (!AreEqual(rendering, first, second))
                        return Order(rendering, first, second);
                }
                return x.Items.Count.CompareTo(y.Items.Count);
            case var _ when Number.Of(a) is { } x && Number.Of(b) is { } y:
                return x.CompareTo(y);
            case (Undefined nothing, _):
                throw new TemplateException(nothing.Message);
            case (_, Undefined nothing):
                throw new TemplateException(nothing.Message);
            default:
                throw new TemplateException($"'<' not supported between instances of '{Types.NameOf(a)}' and '{Types.NameOf(b)}'");
        }
    }

    /// <summary>In order, equal ones as they came.</summary>
    /// <param name="rendering">Counts it.</param>
    /// <param name="items">What to order.</param>
    /// <param name="key">What an item is compared by.</param>
    /// <param name="isFalling">Whether the greatest comes first.</param>
    /// <exception cref="TemplateException">Two cannot be compared.</exception>
    public static IReadOnlyList<T> Sorted<T>(Rendering rendering, IEnumerable<T> items, Func<T, object?> key, bool isFalling = false)
    {
        var order = Comparer<object?>.Create((a, b) => Order(rendering, a, b));
        try
        {
            return [.. isFalling ? items.OrderByDescending(key, order) : items.OrderBy(key, order)];
        }
        catch (InvalidOperationException e) when (e.InnerException is { } own)
        {
            // So .NET hands on what a comparison throws.
            ExceptionDispatchInfo.Throw(own);
            throw;
        }
    }

    /// <summary>Whether a value is among the elements of another, or text within text.</summary>
    /// <exception cref="TemplateException">The other has no elements.</exception>
    public static bool IsIn(Rendering rendering, object? value, object? among)
    {
        switch (among)
        {
            case string whole:
                rendering.Look(whole);
                return value is string part ? whole.Contains(part, StringComparison.Ordinal)
                    : throw new TemplateException($"'in <string>' requires string as left operand, not {Types.NameOf(value)}");
            case ValueMap map:
                return map.TryGet(value, out _);
            default:
                return Iteration.Of(rendering, among).Any(item => AreEqual(rendering, item, value));
        }
    }

    /// <summary>Python orders characters by their numbers; .NET would put some halves before others.</summary>
    private static int Order(string a, string b)
    {
        foreach (var (x, y) in a.EnumerateRunes().Zip(b.EnumerateRunes()))
        {
            if (x != y)
                return x.CompareTo(y);
        }
        return a.Length.CompareTo(b.Length);
    }
}
