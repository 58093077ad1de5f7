using System.Text;
using System.Text.Json;

namespace LlmMemProfiler.Core.Records;

/// <summary>
/// The checksum of a line, its last property: half of the SHA-256 of the line's own bytes without it. Hashing the bytes as they lie, and
/// not the numbers as this version would write them again, tells every change, reads older and newer records alike, and costs no second
/// serialization. It is a checksum and no signature: it tells accidents and edits, not somebody who computes it anew.
/// </summary>
internal static class Seal
{
    /// <summary>128 bits in hexadecimal.</summary>
    private const int Digits = 32;

    private static ReadOnlySpan<byte> Before => ",\"seal\":\""u8;

    private static ReadOnlySpan<byte> After => "\"}"u8;

    /// <summary>A record as a line, with its seal and without line feed.</summary>
    public static byte[] Write(RunRecord record)
    {
        var document = JsonSerializer.SerializeToUtf8Bytes(record with { Seal = null }, RecordJson.Default.RunRecord).AsSpan()[..^1];
        return [.. document, .. Before, .. Of(document), .. After];
    }

    /// <summary>True if the seal at a line's end fits all bytes before it; null if there is none at its end.</summary>
    /// <param name="line">The line, with or without white space at its end.</param>
    public static bool? Fits(ReadOnlySpan<byte> line)
    {
        var text = line.TrimEnd(" \t\r"u8);
        var at = text.Length - Before.Length - Digits - After.Length;
        if (at < 0 || !text[at..].StartsWith(Before) || !text.EndsWith(After))
            return null;
        return text.Slice(at + Before.Length, Digits).SequenceEqual(Of(text[..at]));
    }

    /// <param name="open">The document without its closing brace.</param>
    private static byte[] Of(ReadOnlySpan<byte> open)
    {
        var hash = new Sha256();
        hash.Add(open);
        hash.Add("}"u8);
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.Current())[..Digits]);
    }
}
