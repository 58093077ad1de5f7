using System.Text.Json;

namespace LlmMemProfiler.Core.Records;

/// <summary>Records as JSON Lines: one document a line, written whole and flushed to disk before the next one begins.</summary>
public static class ResultsFile
{
    public const string Name = "results.jsonl";

    /// <summary>Makes the folder and opens its results file, so that a place that cannot be written shows before the long work.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The file's name within it.</param>
    /// <exception cref="InputException">The folder cannot be made, or the file not be written.</exception>
    public static FileStream OpenForAppend(string folder, string name = Name)
    {
        try
        {
            Directory.CreateDirectory(folder);
            // Unbuffered: a failed write must not be retried on close.
            var file = new FileStream(Path.Combine(folder, name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            file.Seek(0, SeekOrigin.End);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FieldException($"{new Field("out")} {folder}: cannot be written ({e.Message.TrimEnd('.')}); a folder that you may write is needed", e);
        }
    }

    /// <summary>The files that some paths stand for: a folder for its <c>*.jsonl</c>, in the order of their names; each file once.</summary>
    /// <exception cref="InputException">A path is neither file nor folder, or the folder holds no results.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> paths)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (File.Exists(path))
                files.Add(path);
            else if (!Directory.Exists(path))
                throw new InputException($"{path}: not there; a results file ({Name}) or a folder that holds one is needed");
            else if (In(path) is { Count: > 0 } found)
                files.AddRange(found);
            else
                throw new InputException($"{path}: holds no results (*.jsonl); a folder that a run or a sweep wrote is needed");
        }
        return [.. files.DistinctBy(Path.GetFullPath)];
    }

    /// <summary>Opens a results file, also one that a sweep is still writing.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static FileStream OpenForRead(string path)
    {
        try
        {
            return new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message.TrimEnd('.')}); a results file is needed", e);
        }
    }

    /// <summary>The results files in a folder, in the order of their names.</summary>
    /// <exception cref="InputException">The folder cannot be read.</exception>
    public static IReadOnlyList<string> In(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*.jsonl").Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: cannot be read ({e.Message.TrimEnd('.')}); a folder of results is needed", e);
        }
    }

    /// <summary>Takes back a file that was opened for a record that never came.</summary>
    public static void RemoveIfEmpty(FileStream? file)
    {
        if (file is { Length: 0 })
            File.Delete(file.Name);
    }

    /// <summary>Appends one record, after whole lines only: see <see cref="CutTornLine"/>.</summary>
    /// <exception cref="IOException">The record could not be written whole; the file is as it was before.</exception>
    public static void Append(FileStream file, RunRecord record)
    {
        CutTornLine(file);
        var line = new MemoryStream();
        JsonSerializer.Serialize(line, record, RecordJson.Default.RunRecord);
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
    /// Makes the file end in a whole line again, after a kill in the middle of a write: a last line that is no whole document is
    /// cut off, one that lacks only its end gets it.
    /// </summary>
    /// <returns>How many bytes were cut off.</returns>
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

    /// <summary>Where the line begins that no line feed ends; the file's length where there is none such.</summary>
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
            using var document = JsonDocument.Parse(line);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
