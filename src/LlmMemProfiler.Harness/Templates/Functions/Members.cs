using System.Text;
using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Functions;

/// <summary>What stands behind a value's point or in its brackets.</summary>
internal static class Members
{
    /// <summary><c>value.name</c>: a method or member before an element, as Jinja has it.</summary>
    /// <exception cref="TemplateException">The value is undefined, or the method changes it.</exception>
    public static object? Attribute(Rendering rendering, object? value, string name)
    {
        // What a method does with text takes as many steps as it has characters.
        rendering.Look(value);
        return value is Undefined nothing ? throw new TemplateException(nothing.Message)
            : value is IMembers members ? members.TryGet(name, out var member) ? member : Undefined.Attribute(value, name)
            : Methods.Find(value, name) is { } method ? method
            : value is ValueMap map && map.TryGet(name, out var found) ? found
            : Undefined.Attribute(value, name);
    }

    /// <summary><c>value[key]</c>: an element before a method.</summary>
    /// <exception cref="TemplateException">The value is undefined, or the method changes it.</exception>
    public static object? Element(Rendering rendering, object? value, object? key)
    {
        rendering.Look(value);
        rendering.Look(key);
        return value switch
        {
            Undefined nothing => throw new TemplateException(nothing.Message),
            ValueMap map when map.TryGet(key, out var found) => found,
            ValueSequence { Kind: SequenceKind.List or SequenceKind.Tuple or SequenceKind.Range } sequence when Number.Of(key) is { Whole: { } at } =>
                At(sequence.Items, at, out var item) ? item : Undefined.Element(value, key),
            string text when Number.Of(key) is { Whole: { } at } => At([.. text.EnumerateRunes()], at, out var rune) ? rune.ToString() : Undefined.Element(value, key),
            _ when key is string name => Attribute(rendering, value, name),
            _ => Undefined.Element(value, key),
        };
    }

    /// <summary><c>value[begin:end:step]</c>; each may be None.</summary>
    /// <exception cref="TemplateException">It has no elements by number, or an index is none.</exception>
    public static object? Slice(Rendering rendering, object? value, object? begin, object? end, object? step)
    {
        rendering.Look(value);
        rendering.Steps((value as ValueSequence)?.Items.Count ?? 0);
        return value switch
        {
            string text => string.Concat(Sliced([.. text.EnumerateRunes()], begin, end, step).Select((Rune rune) => rune.ToString())),
            ValueSequence { Kind: SequenceKind.List or SequenceKind.Tuple or SequenceKind.Range } sequence => new ValueSequence(sequence.Kind, [.. Sliced(sequence.Items, begin, end, step)]),
            Undefined nothing => throw new TemplateException(nothing.Message),
            _ => throw new TemplateException($"'{Types.NameOf(value)}' object is not subscriptable by a slice"),
        };
    }

    private static bool At<T>(IReadOnlyList<T> items, long at, out T? item)
    {
        at = at < 0 ? at + items.Count : at;
        item = at >= 0 && at < items.Count ? items[(int)at] : default;
        return at >= 0 && at < items.Count;
    }

    private static List<T> Sliced<T>(IReadOnlyList<T> items, object? begin, object? end, object? step)
    {
        var by = Index(step) ?? 1;
        if (by == 0)
            throw new TemplateException("slice step cannot be zero");
        var (first, last) = by > 0 ? (0L, (long)items.Count) : (-1L, items.Count - 1L);
        var (from, to) = (Bounded(Index(begin), by > 0 ? first : last), Bounded(Index(end), by > 0 ? last : first));
        var taken = new List<T>();
        for (var at = from; by > 0 ? at < to : at > to; at += Math.Clamp(by, -items.Count - 1L, items.Count + 1L))
            taken.Add(items[(int)at]);
        return taken;

        long Bounded(long? index, long otherwise) => index is { } at ? Math.Clamp(at < 0 ? Math.Max(at, -items.Count - 1L) + items.Count : at, first, last) : otherwise;
    }

    private static long? Index(object? value) => value is null ? null
        : Number.Of(value) is { Whole: { } whole } ? whole
        : throw new TemplateException("slice indices must be integers or None");
}
