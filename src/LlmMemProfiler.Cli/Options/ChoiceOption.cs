using System.CommandLine;
using System.CommandLine.Parsing;

namespace LlmMemProfiler.Cli.Options;

/// <summary>An option whose value is one of a few names, in any case.</summary>
internal static class ChoiceOption
{
    public static Option<string> Create(string name, string description, string byDefault, IEnumerable<string> values)
    {
        var allowed = values.ToArray();
        return new(name)
        {
            Description = description,
            HelpName = string.Join('|', allowed),
            DefaultValueFactory = _ => byDefault,
            CustomParser = result => Value(name, allowed, result),
        };
    }

    /// <summary>One that is null if it is not given.</summary>
    public static Option<string?> CreateOptional(string name, string description, IEnumerable<string> values)
    {
        var allowed = values.ToArray();
        return new(name) { Description = description, HelpName = string.Join('|', allowed), CustomParser = result => Value(name, allowed, result) };
    }

    private static string? Value(string name, string[] allowed, ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Array.Find(allowed, value => value.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } value)
            return value;
        result.AddError($"unknown {name} '{text}'; must be {string.Join(", ", allowed[..^1])} or {allowed[^1]}");
        return null;
    }
}
