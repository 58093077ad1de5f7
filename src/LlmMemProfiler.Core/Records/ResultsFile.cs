using System.Text.Json;

namespace LlmMemProfiler.Core.Records;

/// <summary>Records as JSON Lines: one document a line, written whole and flushed to disk before the next one begins.</summary>
public static class ResultsFile
{
    public const string Name = "results.jsonl";

    /// <summary>Makes the folder and opens its results file, so that a place that cannot be written shows before the long work.</summary>
    /// <exception cref="InputException">The folder cannot be made, or the file not be written.</exception>
    public static FileStream OpenForAppend(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var file = new FileStream(Path.Combine(folder, Name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            file.Seek(0, SeekOrigin.End);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"--out {folder}: cannot be written ({e.Message.TrimEnd('.')}); a folder that you may write is needed", e);
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
            else if (Directory.Exists(path))
                files.AddRange(In(path));
            else
                throw new InputException($"{path}: not there; a results file ({Name}) or a folder that holds one is needed");
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

    private static string[] In(string folder)
    {
        try
        {
            string[] found = [.. Directory.EnumerateFiles(folder, "*.jsonl").Order(StringComparer.Ordinal)];
            return found.Length > 0 ? found : throw new InputException($"{folder}: holds no *.jsonl; a folder that 'llmmem run --out' or 'llmmem sweep --out' wrote is needed");
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

    /// <summary>Appends one record. A last line that was cut off earlier is ended first, so that it spoils no other.</summary>
    public static void Append(FileStream file, RunRecord record)
    {
        var line = new MemoryStream();
        if (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            if (file.ReadByte() != '\n')
                line.WriteByte((byte)'\n');
        }
        JsonSerializer.Serialize(line, record, RecordJson.Default.RunRecord);
        line.WriteByte((byte)'\n');
        file.Seek(0, SeekOrigin.End);
        file.Write(line.GetBuffer().AsSpan(0, (int)line.Length));
        file.Flush(flushToDisk: true);
    }
}
