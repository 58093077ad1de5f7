using System.IO.MemoryMappedFiles;
using System.Text.Json;
using LlmMemProfiler.Device;
using Microsoft.Win32.SafeHandles;

namespace LlmMemProfiler.Harness.Text;

/// <summary>
/// A tokenizer's file without what is not asked for. The library does all that its file says, and transformers only what a call asks for: no
/// text is cut or filled up to a length, and one that a chat template made has its special tokens already.
/// </summary>
internal static class PlainTokenizerFile
{
    /// <summary>The file without these fields, in memory; null if it has none of them, or is no JSON.</summary>
    /// <param name="path">The <c>tokenizer.json</c>.</param>
    /// <param name="fields">Fields that become null.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SafeFileHandle? Without(string path, IReadOnlyCollection<string> fields)
    {
        var length = new FileInfo(path).Length;
        if (length == 0)
            return null;
        // Mapped, since it may have tens of megabytes, which would stay in .NET's heap.
        using var mapped = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using var view = mapped.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        unsafe
        {
            byte* bytes = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref bytes);
            try
            {
                return Without(new ReadOnlySpan<byte>(bytes, checked((int)length)), fields);
            }
            finally
            {
                view.SafeMemoryMappedViewHandle.ReleasePointer();
            }
        }
    }

    private static SafeFileHandle? Without(ReadOnlySpan<byte> json, IReadOnlyCollection<string> fields)
    {
        var found = Find(json, fields);
        if (found.Count == 0)
            return null;
        var copy = MemoryFile.Create("llmmem-tokenizer");
        var (read, written) = (0, 0L);
        foreach (var (begin, end) in found)
        {
            Write(copy, json[read..begin], ref written);
            Write(copy, "null"u8, ref written);
            read = end;
        }
        Write(copy, json[read..], ref written);
        return copy;
    }

    /// <summary>Where the fields' values lie, of those that are not null.</summary>
    private static List<(int Begin, int End)> Find(ReadOnlySpan<byte> json, IReadOnlyCollection<string> fields)
    {
        var found = new List<(int, int)>();
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                    continue;
                var isOne = fields.Contains(reader.GetString()!);
                reader.Read();
                var (begin, isNull) = ((int)reader.TokenStartIndex, reader.TokenType == JsonTokenType.Null);
                reader.Skip();
                if (isOne && !isNull)
                    found.Add((begin, (int)reader.BytesConsumed));
            }
            return found;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The library says what is wrong with it.
            return [];
        }
    }

    private static void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, ref long at)
    {
        RandomAccess.Write(file, bytes, at);
        at += bytes.Length;
    }
}
