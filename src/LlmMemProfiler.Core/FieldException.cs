using System.Globalization;

namespace LlmMemProfiler.Core;

/// <summary>A field of what was put in, by its name in records and plans: 'new_tokens'.</summary>
public readonly record struct Field(string Name);

/// <summary>Bad input in a named field. Whoever took the field under another name, such as an option, says that instead.</summary>
/// <param name="message">As of an <see cref="InputException"/>, with a <see cref="Field"/> for each name.</param>
/// <param name="cause">What it comes from.</param>
public sealed class FieldException(FormattableString message, Exception? cause = null) : InputException(Text(message, name => name), cause)
{
    /// <summary>The same fault with fields by other names.</summary>
    public InputException Renamed(Func<string, string> name) => new(Text(message, name), this);

    private static string Text(FormattableString message, Func<string, string> name) => string.Format(
        CultureInfo.InvariantCulture, message.Format, [.. message.GetArguments().Select(value => value is Field field ? name(field.Name) : value)]);
}
