using System.Globalization;
using System.Text;
using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Templates.Functions;

/// <summary>Python's <c>strftime</c>, in English.</summary>
internal static class DateFormat
{
    private static readonly Dictionary<char, string> Formats = new()
    {
        ['Y'] = "yyyy",
        ['y'] = "yy",
        ['m'] = "MM",
        ['d'] = "dd",
        ['B'] = "MMMM",
        ['b'] = "MMM",
        ['A'] = "dddd",
        ['a'] = "ddd",
        ['H'] = "HH",
        ['I'] = "hh",
        ['M'] = "mm",
        ['S'] = "ss",
        ['p'] = "tt",
        ['F'] = "yyyy-MM-dd",
        ['T'] = "HH:mm:ss",
    };

    /// <exception cref="TemplateException">It has a part that is not known.</exception>
    public static string Of(DateTime now, string format)
    {
        var written = new StringBuilder();
        for (var at = 0; at < format.Length; at++)
        {
            var isPart = format[at] == '%' && at + 1 < format.Length;
            written.Append(isPart ? Part(now, format, ref at) : format[at].ToString());
        }
        return written.ToString();
    }

    private static string Part(DateTime now, string format, ref int at)
    {
        at++;
        var isShort = format[at] == '-' && at + 1 < format.Length;
        if (isShort)
            at++;
        var text = format[at] switch
        {
            '%' => "%",
            'j' => now.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            'e' => now.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            var kind when Formats.TryGetValue(kind, out var own) => now.ToString(own, CultureInfo.InvariantCulture),
            var kind => throw new TemplateException($"strftime_now knows no %{kind}"),
        };
        return isShort && text.TrimStart('0', ' ') is { Length: > 0 } trimmed ? trimmed : text;
    }
}
