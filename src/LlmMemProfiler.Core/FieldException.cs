using System.Globalization;

namespace LlmMemProfiler.Core;

/// <summary>An input field, by its name in records and plans: 'new_tokens'.</summary>
public readonly record struct Field(string Name);

/// <summary>Bad input in a named field. Callers that know the field by another name, such as an option, can rename it.</summary>
public sealed class FieldException : InputException
{
    private readonly Func<Func<string, string>, string> text;

    /// <param name="message">As for <see cref="InputException"/>, with a <see cref="Field"/> for each name.</param>
    /// <param name="cause">The cause.</param>
    public FieldException(FormattableString message, Exception? cause = null)
        : this(name => Text(message, name), cause)
    {
    }

    private FieldException(Func<Func<string, string>, string> text, Exception? cause)
        : base(text(name => name), cause) => this.text = text;

    /// <summary>The same error with fields renamed.</summary>
    public InputException Renamed(Func<string, string> name) => new(text(name), this);

    /// <summary>The same error, found at a place such as 'plan.json: grids[0].model'.</summary>
    public FieldException At(string place) => new(name => $"{place}: {text(name)}", this);

    private static string Text(FormattableString message, Func<string, string> name) => string.Format(
        CultureInfo.InvariantCulture, message.Format, [.. message.GetArguments().Select(value => value is Field field ? name(field.Name) : value)]);
}
