namespace LlmMemProfiler.Harness.Templates.Values;

/// <summary>What a name or member stands for that is not there: empty where it is printed, an error where it is used.</summary>
/// <param name="Message">What is not there.</param>
public sealed record Undefined(string Message)
{
    public static Undefined Name(string name) => new($"'{name}' is undefined");

    public static Undefined Attribute(object? of, string name) => new($"'{Owner(of)}' has no attribute '{name}'");

    public static Undefined Element(object? of, object? key) =>
        key is string name ? Attribute(of, name) : new($"{Owner(of)} has no element {PythonText.Shown(key)}");

    private static string Owner(object? value) => value is null ? "None" : $"{Types.NameOf(value)} object";
}
