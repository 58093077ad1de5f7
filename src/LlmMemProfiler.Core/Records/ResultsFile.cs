using System.Text.Json;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Core.Records;

/// <summary>Records as JSON Lines: one document per line, flushed to disk before the next one.</summary>
public static class ResultsFile
{
    public const string Name = "results.jsonl";

    /// <summary>Creates the folder and opens its results file, so an unwritable location fails early.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The file's name within it.</param>
    /// <exception cref="InputException">The folder or file cannot be written, or the file is not in UTF-8.</exception>
    public static FileStream OpenForAppend(string folder, string name = Name)
    {
        try
        {
            Directory.CreateDirectory(folder);
            // Unbuffered: a failed write must not be retried on close.
            var file = new FileStream(Path.Combine(folder, name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            RequireUtf8(file);
            file.Seek(0, SeekOrigin.End);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FieldException($"{new Field("out")} {folder}: cannot be written ({e.Message.TrimEnd('.')}); expected a writable folder", e);
        }
    }

    /// <summary>A record after lines in another encoding would spoil both.</summary>
    private static void RequireUtf8(FileStream file)
    {
        var start = new byte[Utf8Text.DecidingBytes];
        var length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (Utf8Text.OtherEncoding(start.AsSpan(0, length)) is { } other)
        {
            file.Dispose();
            throw new InputException($"{file.Name}: encoded in {other}; records need UTF-8: convert it, or use another folder");
        }
    }

    /// <summary>Expands folders to their <c>*.jsonl</c> files, sorted by name, without duplicates.</summary>
    /// <exception cref="InputException">A path does not exist, or a folder contains no results.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> paths)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (File.Exists(path))
                files.Add(path);
            else if (!Directory.Exists(path))
                throw new InputException($"{path}: not found; expected a results file ({Name}) or a folder that contains one");
            else if (In(path) is { Count: > 0 } found)
                files.AddRange(found);
            else
                throw new InputException($"no results (*.jsonl) found in {path}; expected a folder written by a run or a sweep");
        }
        return [.. files.DistinctBy(Path.GetFullPath)];
    }

    /// <summary>Opens a results file, even while a sweep is writing it.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static FileStream OpenForRead(string path)
    {
        try
        {
            return new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message.TrimEnd('.')}); expected a results file", e);
        }
    }

    /// <summary>The results files in a folder, sorted by name.</summary>
    /// <exception cref="InputException">The folder cannot be read.</exception>
    public static IReadOnlyList<string> In(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*.jsonl").Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: cannot be read ({e.Message.TrimEnd('.')}); expected a folder of results", e);
        }
    }

    /// <summary>Deletes a file that was opened but never written.</summary>
    public static void RemoveIfEmpty(FileStream? file)
    {
        if (file is { Length: 0 })
            File.Delete(file.Name);
    }

    /// <summary>Appends one record, after complete lines only: see <see cref="CutTornLine"/>.</summary>
    /// <exception cref="IOException">The record could not be written; the file is unchanged.</exception>
    public static void Append(FileStream file, RunRecord record)
    {
        CutTornLine(file);
        var line = new MemoryStream();
        line.Write(Seal.Write(record));
        line.WriteByte((byte)'\n');
        var end = file.Seek(0, SeekOrigin.End);
        try
        {
            file.Write(line.GetBuffer().AsSpan(0, (int)line.Length));
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            file.SetLength(end);
            throw;
        }
    }

    /// <summary>
    /// Repairs the last line after an interrupted write: an incomplete document is cut off, and a complete one without
    /// a line feed gets it.
    /// </summary>
    /// <returns>Number of bytes cut off.</returns>
    public static long CutTornLine(FileStream file)
    {
        var start = StartOfLastLine(file);
        var torn = file.Length - start;
        if (torn == 0)
            return 0;
        var line = new byte[torn];
        file.Seek(start, SeekOrigin.Begin);
        file.ReadExactly(line);
        if (IsDocument(line))
        {
            file.WriteByte((byte)'\n');
            torn = 0;
        }
        else
        {
            file.SetLength(start);
        }
        file.Flush(flushToDisk: true);
        file.Seek(0, SeekOrigin.End);
        return torn;
    }

    /// <summary>Start of a last line without line feed; the file's length if there is none.</summary>
    private static long StartOfLastLine(FileStream file)
    {
        var chunk = new byte[64 << 10];
        for (var end = file.Length; end > 0;)
        {
            var begin = Math.Max(0, end - chunk.Length);
            var part = chunk.AsSpan(0, (int)(end - begin));
            file.Seek(begin, SeekOrigin.Begin);
            file.ReadExactly(part);
            if (part.LastIndexOf((byte)'\n') is var at and >= 0)
                return begin + at + 1;
            end = begin;
        }
        return 0;
    }

    private static bool IsDocument(byte[] line)
    {
        try
        {
            using var document = JsonDocument.Parse(Utf8Text.WithoutMark(line));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
