using System.Collections.Frozen;
using LlmMemProfiler.Core;
using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Functions;

/// <summary>Jinja's filters, but for those that serve HTML and numbers' looks; <c>tojson</c> is the one of transformers.</summary>
/// <remarks><c>safe</c> changes nothing here. In Jinja, what is added to such a text by <c>+</c> is escaped for HTML.</remarks>
internal static class Filters
{
    private static readonly FrozenDictionary<string, Filter> All = ((IReadOnlyDictionary<string, Filter>[])[ValueFilters.All, TextFilters.All, SequenceFilters.All])
        .SelectMany(some => some).ToFrozenDictionary();

    /// <summary>A value through a filter.</summary>
    /// <exception cref="TemplateException">There is no such filter, or not for this value.</exception>
    public static object? Apply(Rendering rendering, string name, object? value, Arguments arguments)
    {
        rendering.Look(value);
        return ElementFilters.All.TryGetValue(name, out var ofElements) ? ValueSequence.Lazy(ofElements(rendering, Later(rendering, value), arguments))
            : All.TryGetValue(name, out var filter) ? filter.Apply(rendering, value, arguments.For(name, filter.Parameters))
            : throw new TemplateException($"No filter named '{name}'; {NearNames.Hint(name, "filters", [.. All.Keys, .. ElementFilters.All.Keys])}");
    }

    /// <summary>The elements, looked for when the first is needed; what counts as false has none here, even None.</summary>
    private static IEnumerable<object?> Later(Rendering rendering, object? value)
    {
        if (!Truth.Of(value))
            yield break;
        foreach (var item in Iteration.Of(rendering, value))
            yield return item;
    }
}
