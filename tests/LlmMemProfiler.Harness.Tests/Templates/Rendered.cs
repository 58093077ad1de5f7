using LlmMemProfiler.Harness.Templates;
using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Tests.Templates;

/// <summary>Templates over a few values of each type. What they say in the tests is what Jinja2 3.1.6 says, with transformers' settings.</summary>
internal static class Rendered
{
    private static readonly DateTime Now = new(2026, 11, 6, 7, 8, 9);

    private static readonly Dictionary<string, object?> Values = new()
    {
        ["s"] = "Hello, Wörld 😀!",
        ["e"] = "",
        ["n"] = null,
        ["i"] = 7L,
        ["f"] = 2.5,
        ["b"] = true,
        ["l"] = ValueSequence.List([3L, 1L, 2L]),
        ["d"] = Map(("b", 2L), ("a", "x"), ("n", null)),
        ["m"] = ValueSequence.List([Map(("role", "user"), ("content", "Hi")), Map(("role", "tool"), ("content", ""))]),
        ["big"] = 1e16,
        ["sm"] = 0.00001,
        ["ws"] = " \t a b  c\n",
    };

    public static string Of(string template) => Template.Parse(template).Render(Values, Now);

    public static TemplateException Failure(string template) => Assert.Throws<TemplateException>(() => Of(template));

    /// <summary>The failure on a stack of 256 KiB, whatever this thread's is.</summary>
    public static TemplateException FailureOnSmallStack(string template)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(() => Of(template)), 1 << 18);
        thread.Start();
        thread.Join();
        return Assert.IsType<TemplateException>(failure);
    }

    private static ValueMap Map(params (string Key, object? Value)[] entries) => ValueMap.Of(entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value)));
}
