namespace LlmMemProfiler.Core.Files;

/// <summary>Text files from outside are UTF-8, with or without a byte order mark; editors and shells also write others.</summary>
public static class Utf8Text
{
    /// <summary>As many bytes decide the encoding.</summary>
    public const int DecidingBytes = 4;

    /// <summary>The text without its byte order mark.</summary>
    public static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> text) => text.Span.StartsWith("\uFEFF"u8) ? text[3..] : text;

    /// <summary>The name of another encoding that a JSON text begins in; null for UTF-8.</summary>
    /// <remarks>By its byte order mark, or by the zeros around its first character (RFC 4627, section 3).</remarks>
    public static string? OtherEncoding(ReadOnlySpan<byte> start) => start switch
    {
        [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] => "UTF-32",
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => "UTF-16",
        [var c, 0, 0, 0, ..] when IsFirst(c) => "UTF-32",
        [0, 0, 0, var c, ..] when IsFirst(c) => "UTF-32",
        [var c, 0, ..] when IsFirst(c) => "UTF-16",
        // Not a lone zero that a crash left before a line.
        [0, var c] when IsFirst(c) => "UTF-16",
        [0, var c, 0, ..] when IsFirst(c) => "UTF-16",
        _ => null,
    };

    private static bool IsFirst(byte c) => c is (byte)'{' or (byte)'[' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
