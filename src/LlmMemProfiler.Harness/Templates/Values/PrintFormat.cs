using System.Buffers;
using System.Globalization;
using System.Text;

namespace LlmMemProfiler.Harness.Templates.Values;

/// <summary>Text formatted by <c>%</c>, as far as templates go: <c>%s %r %d %f %.2f %%</c>, without a width.</summary>
public static class PrintFormat
{
    private static readonly SearchValues<char> Precision = SearchValues.Create(".0123456789");

    /// <exception cref="TemplateException">It has other formats, or another number of values.</exception>
    public static string Of(Rendering rendering, string format, object? value)
    {
        var values = new Queue<object?>(value is ValueSequence { Kind: SequenceKind.Tuple } tuple ? tuple.Items : [value]);
        var written = new StringBuilder();
        for (var at = 0; at < format.Length; at++)
        {
            if (format[at] != '%')
            {
                written.Append(format[at]);
                continue;
            }
            var digits = format.AsSpan(at + 1).IndexOfAnyExcept(Precision);
            var kind = digits < 0 ? '\0' : format[at + 1 + digits];
            if (kind == '%' && digits == 0)
                written.Append('%');
            else
                written.Append(One(rendering, kind, format[(at + 1)..(at + 1 + Math.Max(0, digits))], values));
            at += 1 + Math.Max(0, digits);
        }
        return values.Count > 0
            ? throw new TemplateException("not all arguments converted during string formatting")
            : rendering.Made(written.ToString());
    }

    private static string One(Rendering rendering, char kind, string precision, Queue<object?> values)
    {
        if (!values.TryDequeue(out var value))
            throw new TemplateException("not enough arguments for format string");
        return (kind, precision, Number.Of(value)) switch
        {
            ('s', "", _) => PythonText.Of(rendering, value),
            ('r', "", _) => PythonText.Repr(rendering, value),
            ('d' or 'i', "", { } number) => (number.Whole ?? checked((long)number.Real)).ToString(CultureInfo.InvariantCulture),
            ('f', "", { } number) => number.Real.ToString("F6", CultureInfo.InvariantCulture),
            ('f', ['.', >= '0' and <= '9'], { } number) => number.Real.ToString($"F{precision[1]}", CultureInfo.InvariantCulture),
            _ => throw new TemplateException($"unsupported format %{precision}{kind} of a {Types.NameOf(value)}"),
        };
    }
}
