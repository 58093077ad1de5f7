using System.Globalization;
using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Functions;

/// <summary>Filters that put each element through another filter, or through a test.</summary>
internal static class ElementFilters
{
    public static IReadOnlyDictionary<string, Func<Rendering, IEnumerable<object?>, Arguments, IEnumerable<object?>>> All { get; } =
        new Dictionary<string, Func<Rendering, IEnumerable<object?>, Arguments, IEnumerable<object?>>>
        {
            ["map"] = Map,
            ["select"] = (rendering, items, arguments) => items.Where(item => IsSuch(rendering, item, arguments)),
            ["reject"] = (rendering, items, arguments) => items.Where(item => !IsSuch(rendering, item, arguments)),
            ["selectattr"] = (rendering, items, arguments) => items.Where(item => IsAttributeSuch(rendering, item, arguments)),
            ["rejectattr"] = (rendering, items, arguments) => items.Where(item => !IsAttributeSuch(rendering, item, arguments)),
        };

    /// <summary>What lies at a path such as <c>function.name</c> or <c>0.role</c>.</summary>
    public static object? At(Rendering rendering, object? value, object path) => path is string names
        ? names.Split('.').Aggregate(value, (at, name) => Members.Element(
            rendering, at, long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : name))
        : Members.Element(rendering, value, path);

    private static IEnumerable<object?> Map(Rendering rendering, IEnumerable<object?> items, Arguments arguments)
    {
        if (arguments.Positional.Count > 0)
            return items.Select(item => Filters.Apply(rendering, Name(arguments, 0), item, arguments.Without(1)));
        var given = arguments.For("map", "attribute", "default?");
        return items.Select(item => At(rendering, item, given["attribute"] ?? "") is var found && found is Undefined && given["default"] is { } other ? other : found);
    }

    private static bool IsAttributeSuch(Rendering rendering, object? item, Arguments arguments) =>
        IsSuch(rendering, At(rendering, item, Name(arguments, 0)), arguments.Without(1));

    private static bool IsSuch(Rendering rendering, object? item, Arguments arguments) =>
        arguments.Positional.Count == 0 ? Truth.Of(item) : ValueTests.Is(rendering, Name(arguments, 0), item, arguments.Without(1));

    private static string Name(Arguments arguments, int at) =>
        arguments.Positional.ElementAtOrDefault(at) as string ?? throw new TemplateException("a filter of elements needs the name of a filter, test or attribute");
}
