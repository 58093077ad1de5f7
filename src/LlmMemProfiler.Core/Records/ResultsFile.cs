using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Core.Records;

/// <summary>Records as JSON Lines: one document per line. <see cref="ResultsAppender"/> writes them.</summary>
public static class ResultsFile
{
    public const string Name = "results.jsonl";

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
    /// <exception cref="InputException">The folder cannot be read, or such a name is a pipe or a device, which may never end.</exception>
    public static IReadOnlyList<string> In(string folder)
    {
        try
        {
            var files = Directory.EnumerateFiles(folder, "*.jsonl").Order(StringComparer.Ordinal).ToList();
            foreach (var path in files)
            {
                if (Inode.At(path) is { Kind: not InodeKind.File } other)
                    throw new InputException($"{path} is a {other.Word}; expected a results file");
            }
            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: cannot be read ({e.Message.TrimEnd('.')}); expected a folder of results", e);
        }
    }
}
