namespace LlmMemProfiler.Harness.Templates.Values;

/// <summary>Python's kinds of sequences that templates meet. A view and a lazy one have no elements by number; a lazy one is gone through once.</summary>
public enum SequenceKind
{
    List,
    Tuple,
    Range,
    View,
    Lazy,
}

/// <summary>Values in their order. Templates cannot change one: transformers renders them in Jinja's immutable sandbox.</summary>
/// <param name="kind">Which of Python's.</param>
/// <param name="items">Its elements.</param>
public sealed class ValueSequence(SequenceKind kind, IEnumerable<object?> items)
{
    /// <summary>As late as it is needed: a lazy one may never be.</summary>
    private readonly Lazy<object?[]> all = new(() => [.. items], LazyThreadSafetyMode.None);
    private int taken;

    public SequenceKind Kind { get; } = kind;

    /// <summary>The elements; of a lazy one, those that nobody has taken yet.</summary>
    public IReadOnlyList<object?> Items => new ArraySegment<object?>(all.Value, taken, all.Value.Length - taken);

    public static ValueSequence List(IEnumerable<object?> items) => new(SequenceKind.List, [.. items]);

    public static ValueSequence Lazy(IEnumerable<object?> items) => new(SequenceKind.Lazy, items);

    public static ValueSequence Tuple(params object?[] items) => new(SequenceKind.Tuple, items);

    /// <summary>The elements, taken; at most so many.</summary>
    public IReadOnlyList<object?> Take(int most = int.MaxValue)
    {
        var given = Items;
        if (Kind == SequenceKind.Lazy)
            taken += Math.Min(most, given.Count);
        return given;
    }
}
