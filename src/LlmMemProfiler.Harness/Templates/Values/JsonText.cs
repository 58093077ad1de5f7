using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace LlmMemProfiler.Harness.Templates.Values;

/// <summary>JSON as Python's <c>json.dumps</c> writes it, by which transformers replaces Jinja's own filter: nothing is escaped for HTML.</summary>
/// <param name="rendering">Counts it.</param>
/// <param name="indent">A level's indentation; null for one line.</param>
/// <param name="separators">What stands between elements, and between a key and its value.</param>
/// <param name="isAscii">Whether other characters are escaped.</param>
/// <param name="isSorted">Whether keys are sorted.</param>
public sealed class JsonText(Rendering rendering, string? indent, (string Item, string Key) separators, bool isAscii, bool isSorted)
{
    private readonly StringBuilder written = new();

    /// <exception cref="TemplateException">It has a value that JSON has not.</exception>
    public string Of(object? value)
    {
        Write(value, 0);
        return written.ToString();
    }

    private void Write(object? value, int depth)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        rendering.Steps(1);
        switch (value)
        {
            case string text:
                Quote(text);
                break;
            case ValueMap map:
                WriteAll('{', '}', depth, [.. Sorted(map)], entry =>
                {
                    Quote(entry.Key as string ?? Scalar(entry.Key));
                    written.Append(separators.Key);
                    Write(entry.Value, depth + 1);
                });
                break;
            case ValueSequence { Kind: SequenceKind.List or SequenceKind.Tuple } sequence:
                WriteAll('[', ']', depth, sequence.Items, item => Write(item, depth + 1));
                break;
            default:
                written.Append(Scalar(value));
                break;
        }
    }

    private static string Scalar(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => !double.IsFinite(number) ? double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity" : RealText.Of(number),
        _ => throw new TemplateException($"Object of type {Types.NameOf(value)} is not JSON serializable"),
    };

    private IEnumerable<(object? Key, object? Value)> Sorted(ValueMap map)
    {
        var entries = map.Keys.Zip(map.Values);
        return isSorted ? Comparison.Sorted(rendering, entries, entry => entry.First) : entries;
    }

    private void WriteAll<T>(char begin, char end, int depth, IReadOnlyList<T> items, Action<T> write)
    {
        written.Append(begin);
        for (var i = 0; i < items.Count; i++)
        {
            written.Append(i > 0 ? separators.Item : "");
            NewLine(depth + 1);
            write(items[i]);
        }
        if (items.Count > 0)
            NewLine(depth);
        written.Append(end);
    }

    private void NewLine(int depth)
    {
        if (indent is null)
            return;
        rendering.Characters((long)indent.Length * depth);
        written.Append('\n').Insert(written.Length, indent, depth);
    }

    private void Quote(string text)
    {
        rendering.Characters(text.Length);
        written.Append('"');
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '"' => written.Append("\\\""),
                '\\' => written.Append("\\\\"),
                '\n' => written.Append("\\n"),
                '\r' => written.Append("\\r"),
                '\t' => written.Append("\\t"),
                '\b' => written.Append("\\b"),
                '\f' => written.Append("\\f"),
                _ when letter < ' ' || (isAscii && letter > '~') => written.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => written.Append(letter),
            };
        }
        written.Append('"');
    }
}
