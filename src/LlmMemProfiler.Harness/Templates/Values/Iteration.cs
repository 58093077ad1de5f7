using System.Text;

namespace LlmMemProfiler.Harness.Templates.Values;

/// <summary>Values gone through one by one: text by its characters, a map by its keys.</summary>
public static class Iteration
{
    /// <exception cref="TemplateException">It has no elements.</exception>
    public static IReadOnlyList<object?> Of(Rendering rendering, object? value)
    {
        rendering.Steps(IsPossible(value) && value is not ValueSequence { Kind: SequenceKind.Lazy } ? Length(value) : 0);
        return value switch
        {
            ValueSequence sequence => sequence.Take(),
            ValueMap map => [.. map.Keys],
            string text => [.. Characters(text)],
            Undefined => [],
            _ => throw new TemplateException($"'{Types.NameOf(value)}' object is not iterable"),
        };
    }

    public static bool IsPossible(object? value) => value is ValueSequence or ValueMap or string or Undefined;

    /// <summary>How many elements; Python counts characters, not the halves that .NET keeps some in.</summary>
    /// <exception cref="TemplateException">It has none, or does not know.</exception>
    public static long Length(object? value) => value switch
    {
        string text => text.EnumerateRunes().Count(),
        ValueMap map => map.Count,
        ValueSequence { Kind: not SequenceKind.Lazy } sequence => sequence.Items.Count,
        Undefined => 0,
        _ => throw new TemplateException($"object of type '{Types.NameOf(value)}' has no len()"),
    };

    private static IEnumerable<string> Characters(string text) => text.EnumerateRunes().Select((Rune rune) => rune.ToString());
}
