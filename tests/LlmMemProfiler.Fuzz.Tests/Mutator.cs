using System.Text;
using System.Text.RegularExpressions;

namespace LlmMemProfiler.Fuzz.Tests;

/// <summary>Changes a JSON text in a place or a few: its bytes, its values, its names, or whole pieces of it.</summary>
internal sealed partial class Mutator(Random random)
{
    /// <summary>What readers have stumbled over: limits, other types, words as numbers, escapes, and what a terminal would obey.</summary>
    private static readonly string[] Odd =
    [
        "null", "true", "0", "-1", "1", "1e999", "-1e999", "1e300", "0.5", "2147483647", "-2147483648", "2147483648", "9007199254740993", "9223372036854775807",
        "-9223372036854775808", "9223372036854775808", "NaN", "\"\"", "\"x\"", "\"\\u001b[2J\"", "\"\\ud800\"", "\"=1+1\"", "\"../../x\"", "[]", "[null]", "{}", "[[[[]]]]", "{\"schema\":1}",
    ];

    public byte[] Mutate(byte[] text)
    {
        // Most often once: two mutations are refused for the first.
        do
            text = Once(text);
        while (random.Next(3) == 0);
        return text;
    }

    private byte[] Once(byte[] text) => text.Length == 0 ? [(byte)random.Next(256)] : random.Next(20) switch
    {
        < 14 => OtherValue(text),
        14 => OtherByte(text),
        15 or 16 => Without(text),
        17 => Twice(text),
        18 => Inserted(text),
        _ => text[..random.Next(text.Length)],
    };

    /// <summary>Another value in place of one: an odd one, another one of the same text, or one like it.</summary>
    private byte[] OtherValue(byte[] text)
    {
        // A byte a character, so that places are the same.
        var all = Encoding.Latin1.GetString(text);
        var values = Value().Matches(all);
        if (values.Count == 0)
            return OtherByte(text);
        var at = values[random.Next(values.Count)];
        var other = random.Next(3) switch
        {
            0 => Odd[random.Next(Odd.Length)],
            1 => values[random.Next(values.Count)].Value,
            _ => Nudged(at.Value),
        };
        return Encoding.Latin1.GetBytes($"{all[..at.Index]}{other}{all[(at.Index + at.Length)..]}");
    }

    /// <summary>A number or a word of the same form.</summary>
    private string Nudged(string value)
    {
        var places = Enumerable.Range(0, value.Length).Where(i => char.IsAsciiLetterOrDigit(value[i])).ToArray();
        if (places.Length == 0)
            return value;
        var place = places[random.Next(places.Length)];
        var other = char.IsAsciiDigit(value[place]) ? (char)('0' + random.Next(10)) : (char)('a' + random.Next(26));
        return $"{value[..place]}{other}{value[(place + 1)..]}";
    }

    private byte[] OtherByte(byte[] text)
    {
        var other = (byte[])text.Clone();
        other[random.Next(text.Length)] = (byte)random.Next(256);
        return other;
    }

    private byte[] Without(byte[] text)
    {
        var (begin, end) = Piece(text);
        return [.. text[..begin], .. text[end..]];
    }

    private byte[] Twice(byte[] text)
    {
        var (begin, end) = Piece(text);
        return [.. text[..end], .. text[begin..]];
    }

    private byte[] Inserted(byte[] text)
    {
        var at = random.Next(text.Length);
        return [.. text[..at], .. Encoding.UTF8.GetBytes(Odd[random.Next(Odd.Length)]), .. text[at..]];
    }

    private (int Begin, int End) Piece(byte[] text)
    {
        var begin = random.Next(text.Length);
        return (begin, Math.Min(text.Length, begin + random.Next(1, 1 << random.Next(1, 12))));
    }

    /// <summary>A value; of a nested one, its parts. No name, since what lacks a name is tried by leaving pieces out.</summary>
    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"(?!\s*:)|-?\d[\d.eE+-]*|true|false|null
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Value();
}
