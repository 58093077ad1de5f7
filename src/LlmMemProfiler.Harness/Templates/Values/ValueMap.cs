namespace LlmMemProfiler.Harness.Templates.Values;

/// <summary>Python's dict: keys in the order in which they came, where 1, 1.0 and True are one key.</summary>
public sealed class ValueMap
{
    private readonly OrderedDictionary<object, object?> entries = [];

    public int Count => entries.Count;

    public IEnumerable<object?> Keys => entries.Keys.Select(Value);

    public IEnumerable<object?> Values => entries.Values;

    /// <summary>Each key with its value, as a tuple.</summary>
    public IEnumerable<object?> Items => entries.Select(entry => ValueSequence.Tuple(Value(entry.Key), entry.Value));

    /// <exception cref="TemplateException">The key is none of text, number, truth value or None.</exception>
    public object? this[object? key]
    {
        set => entries[Key(key)] = value;
    }

    public static ValueMap Of(IEnumerable<KeyValuePair<string, object?>> entries)
    {
        var map = new ValueMap();
        foreach (var (key, value) in entries)
            map[key] = value;
        return map;
    }

    /// <exception cref="TemplateException">The key can be none.</exception>
    public bool TryGet(object? key, out object? value) => entries.TryGetValue(Key(key), out value);

    private static object Key(object? key) => key switch
    {
        null => None.Key,
        string => key,
        bool truth => truth ? 1L : 0L,
        long => key,
        double real => real == Math.Floor(real) && Math.Abs(real) < 1e15 ? (long)real : key,
        Undefined nothing => throw new TemplateException(nothing.Message),
        _ => throw new TemplateException($"a {Types.NameOf(key)} cannot be a key"),
    };

    private static object? Value(object key) => key is None ? null : key;

    private sealed class None
    {
        public static readonly None Key = new();
    }
}
