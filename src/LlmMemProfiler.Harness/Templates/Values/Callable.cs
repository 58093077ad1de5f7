namespace LlmMemProfiler.Harness.Templates.Values;

/// <summary>A function, method or macro.</summary>
/// <param name="Call">What it returns for its arguments.</param>
public sealed record Callable(Func<Rendering, Arguments, object?> Call)
{
    /// <summary>A function with these parameters, as <see cref="Arguments.For"/> takes them.</summary>
    public static Callable Of(string name, IReadOnlyList<string> parameters, Func<Rendering, Arguments.Given, object?> call) =>
        new((rendering, arguments) => call(rendering, arguments.For(name, parameters)));
}
