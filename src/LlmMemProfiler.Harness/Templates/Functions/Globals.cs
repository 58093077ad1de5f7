using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Functions;

/// <summary>The functions that transformers and Jinja give each template.</summary>
internal static class Globals
{
    /// <summary>Jinja's sandbox has no longer range.</summary>
    private const long LongestRange = 100_000;

    public static IReadOnlyDictionary<string, object?> All { get; } = new Dictionary<string, object?>
    {
        ["raise_exception"] = Callable.Of("raise_exception", ["message"], (rendering, given) => throw new TemplateException(PythonText.Of(rendering, given["message"]), isRaised: true)),
        ["strftime_now"] = Callable.Of("strftime_now", ["format"], (rendering, given) => rendering.Made(DateFormat.Of(rendering.Now, given.Text("format")))),
        ["namespace"] = new Callable((rendering, arguments) => new ValueSpace(Entries(rendering, "namespace", arguments))),
        ["dict"] = new Callable((rendering, arguments) => ValueMap.Of(Entries(rendering, "dict", arguments))),
        ["range"] = new Callable(Range),
    };

    private static IEnumerable<KeyValuePair<string, object?>> Entries(Rendering rendering, string function, Arguments arguments)
    {
        rendering.Steps(arguments.Named.Count);
        var of = new ValueMap();
        if (arguments.Positional is [ValueMap first])
            of = first;
        else if (arguments.Positional.Count > 0)
            throw new TemplateException($"{function} takes a mapping and named arguments, and not a {Types.NameOf(arguments.Positional[0])}");
        rendering.Steps(of.Count);
        return of.Keys.Zip(of.Values)
            .Select(entry => KeyValuePair.Create(entry.First as string ?? throw new TemplateException($"{function} needs names for keys"), entry.Second))
            .Concat(arguments.Named).GroupBy(entry => entry.Key).Select(same => same.Last());
    }

    private static ValueSequence Range(Rendering rendering, Arguments arguments)
    {
        long[] given = [.. arguments.Positional.Select(value => Number.Of(value) is { Whole: { } whole } ? whole
            : throw new TemplateException($"'{Types.NameOf(value)}' object cannot be interpreted as an integer"))];
        var (from, to, by) = given switch
        {
            [var end] => (0L, end, 1L),
            [var begin, var end] => (begin, end, 1L),
            [var begin, var end, not 0] => (begin, end, given[2]),
            _ => throw new TemplateException("range takes one to three integers, and a step other than 0"),
        };
        var count = by > 0 ? Math.Max(0, (to - from + by - 1) / by) : Math.Max(0, (from - to - by - 1) / -by);
        if (count > LongestRange)
            throw new TemplateException($"Range too big. The sandbox blocks ranges larger than MAX_RANGE ({LongestRange}).");
        rendering.Steps(count);
        return new(SequenceKind.Range, [.. Enumerable.Range(0, (int)count).Select(i => (object?)(from + i * by))]);
    }
}
