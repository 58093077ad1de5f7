namespace LlmMemProfiler.Core.Files;

/// <summary>
/// Documents as Python's <c>json</c> module writes and reads them: it has three numbers that JSON lacks, <c>NaN</c>, <c>Infinity</c>
/// and <c>-Infinity</c> (docs.python.org, library/json, "Infinite and NaN Number Values").
/// </summary>
internal static class PythonJson
{
    /// <summary>The document with those numbers as strings; lines stay where they are.</summary>
    public static ReadOnlyMemory<byte> AsJson(ReadOnlyMemory<byte> document)
    {
        var text = document.Span;
        if (text.IndexOf("NaN"u8) < 0 && text.IndexOf("Infinity"u8) < 0)
            return document;
        var json = new List<byte>(text.Length + 16);
        var isString = false;
        for (var i = 0; i < text.Length; i++)
        {
            var length = isString ? 0 : NumberLength(text[i..]);
            if (length > 0)
            {
                json.AddRange([(byte)'"', .. text.Slice(i, length), (byte)'"']);
                i += length - 1;
                continue;
            }
            json.Add(text[i]);
            if (text[i] == '"')
                isString = !isString;
            else if (isString && text[i] == '\\' && i + 1 < text.Length)
                json.Add(text[++i]);
        }
        return json.ToArray();
    }

    private static int NumberLength(ReadOnlySpan<byte> text) =>
        text.StartsWith("NaN"u8) ? 3
        : text.StartsWith("Infinity"u8) ? 8
        : text.StartsWith("-Infinity"u8) ? 9
        : 0;
}
