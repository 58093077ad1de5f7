using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace LlmMemProfiler.Harness.Templates.Values;

/// <summary>Values as Python's <c>str</c> and <c>repr</c> write them.</summary>
public static class PythonText
{
    /// <summary>The text that is printed.</summary>
    public static string Of(Rendering rendering, object? value)
    {
        switch (value)
        {
            case string text:
                return text;
            case Undefined:
                return "";
            default:
                return Repr(rendering, value);
        }
    }

    /// <summary>The text that stands for it within a list: text in quotes.</summary>
    public static string Repr(Rendering rendering, object? value)
    {
        var written = new StringBuilder();
        Write(written, rendering, value);
        return written.ToString();
    }

    /// <summary>A single value in a message.</summary>
    public static string Shown(object? value)
    {
        var written = new StringBuilder();
        Write(written, null, value is ValueSequence or ValueMap ? Types.NameOf(value) : value);
        return written.ToString();
    }

    private static void Write(StringBuilder to, Rendering? rendering, object? value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        rendering?.Steps(1);
        switch (value)
        {
            case null:
                to.Append("None");
                break;
            case bool truth:
                to.Append(truth ? "True" : "False");
                break;
            case long number:
                to.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            case double number:
                to.Append(RealText.Of(number));
                break;
            case string text:
                rendering?.Characters(text.Length);
                Quote(to, text);
                break;
            case ValueSequence sequence:
                WriteSequence(to, rendering, sequence);
                break;
            case ValueMap map:
                WriteMap(to, rendering, map);
                break;
            case Undefined:
                to.Append("Undefined");
                break;
            default:
                to.Append(CultureInfo.InvariantCulture, $"<{Types.NameOf(value)}>");
                break;
        }
    }

    private static void WriteSequence(StringBuilder to, Rendering? rendering, ValueSequence sequence)
    {
        var (begin, end) = sequence.Kind switch
        {
            SequenceKind.Tuple => ("(", sequence.Items.Count == 1 ? ",)" : ")"),
            SequenceKind.View => ("dict_items([", "])"),
            _ => ("[", "]"),
        };
        to.Append(begin);
        for (var i = 0; i < sequence.Items.Count; i++)
        {
            to.Append(i > 0 ? ", " : "");
            Write(to, rendering, sequence.Items[i]);
        }
        to.Append(end);
    }

    private static void WriteMap(StringBuilder to, Rendering? rendering, ValueMap map)
    {
        to.Append('{');
        var separator = "";
        foreach (var (key, value) in map.Keys.Zip(map.Values))
        {
            to.Append(separator);
            Write(to, rendering, key);
            to.Append(": ");
            Write(to, rendering, value);
            separator = ", ";
        }
        to.Append('}');
    }

    private static void Quote(StringBuilder to, string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        to.Append(quote);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '\n' => to.Append("\\n"),
                '\r' => to.Append("\\r"),
                '\t' => to.Append("\\t"),
                '\\' => to.Append("\\\\"),
                var code when code == quote => to.Append('\\').Append(quote),
                ' ' => to.Append(' '),
                var code when IsPrinted(rune) => to.Append(rune.ToString()),
                < 0x100 and var code => to.Append(CultureInfo.InvariantCulture, $"\\x{code:x2}"),
                < 0x10000 and var code => to.Append(CultureInfo.InvariantCulture, $"\\u{code:x4}"),
                var code => to.Append(CultureInfo.InvariantCulture, $"\\U{code:x8}"),
            };
        }
        to.Append(quote);
    }

    private static bool IsPrinted(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
