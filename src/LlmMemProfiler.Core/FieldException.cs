using System.Globalization;

namespace LlmMemProfiler.Core;

/// <summary>An input field, by its name in records and plans: 'new_tokens'.</summary>
public readonly record struct Field(string Name);

/// <summary>Bad input in a named field. Callers that know the field by another name, such as an option, can rename it.</summary>
/// <param name="message">As for <see cref="InputException"/>, with a <see cref="Field"/> for each name.</param>
/// <param name="cause">The cause.</param>
public sealed class FieldException(FormattableString message, Exception? cause = null) : InputException(Text(message, name => name), cause)
{
    /// <summary>The same error with fields renamed.</summary>
    public InputException Renamed(Func<string, string> name) => new(Text(message, name), this);

    private static string Text(FormattableString message, Func<string, string> name) => string.Format(
        CultureInfo.InvariantCulture, message.Format, [.. message.GetArguments().Select(value => value is Field field ? name(field.Name) : value)]);
}
